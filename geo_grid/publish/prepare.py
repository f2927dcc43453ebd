"""Shapes made ready for tiles: the whole partition simplified per band of zooms, then joined upward."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from sqlalchemy import Connection

from geo_grid.publish import store
from geo_grid.publish.layers import BANDS
from geo_grid.publish.model import PrepareReport

Shapes = NDArray[np.object_]
WEB_MERCATOR = 3857


def prepare_tiles(conn: Connection) -> PrepareReport:
    """Replaces the prepared shapes of all current grids.

    New shapes are a change like others (db/sql/shapes.sql): the map version goes up when the transaction commits, so
    no tile drawn from the shapes before is served as a current one. Until then, and for grids changed later, tiles are
    drawn from the full geometry.

    All `own` are simplified together, so neighbours keep sharing every edge; wider tiers are joined from the narrower
    ones, so a border looks the same in every tier (`shapely.coverage_simplify`, GEOS 3.12).
    """
    started = time.perf_counter()
    rows = store.current_ground(conn)
    if not rows:
        return PrepareReport(0, 0, 0, time.perf_counter() - started)
    srid = store.county_srid(conn)
    own = _to_mercator(_shapes(row.own for row in rows), srid)
    geom = _to_mercator(_shapes(row.geom for row in rows), srid)
    parents = _parent_places(rows)
    lines: list[tuple[int, int, str]] = []
    vertices = 0
    for band in BANDS:
        simple = _simplified(own, band.tolerance_m)
        whole = _joined_upward(simple, parents) if band.tolerance_m else geom
        vertices += int(shapely.get_num_coordinates(whole).sum())
        lines.extend(_records(rows, band.number, simple, whole))
    count = store.replace_tile_shapes(conn, lines)
    return PrepareReport(len(rows), count, vertices, time.perf_counter() - started)


def _shapes(blobs: Iterable[memoryview | None]) -> Shapes:
    """The geometries of WKB as psycopg2 gives it."""
    return shapely.from_wkb([None if blob is None else bytes(blob) for blob in blobs])  # type: ignore[no-any-return]


def _to_mercator(shapes: Shapes, srid: int | None) -> Shapes:
    """The shapes in web Mercator, vertex by vertex: what was shared stays shared."""
    transformer = Transformer.from_crs(srid, WEB_MERCATOR, always_xy=True)
    return shapely.transform(shapes, transformer.transform, interleaved=False)  # type: ignore[no-any-return]


def _parent_places(rows: Sequence[Any]) -> list[int | None]:
    """The place in `rows` of each grid's parent; None for a root."""
    places = {row.grid_id: place for place, row in enumerate(rows)}
    return [places.get(row.parent_id) for row in rows]


def _simplified(own: Shapes, tolerance_m: float) -> Shapes:
    """The partition with edges simplified once for both sides; grids without ground of their own stay None."""
    simple = own.copy()
    held = ~shapely.is_missing(own)
    if tolerance_m:
        simple[held] = shapely.coverage_simplify(own[held], tolerance_m)
    return simple


def _joined_upward(own: Shapes, parents: list[int | None]) -> Shapes:
    """The extent of each grid: its own ground and its children's extents; `own` has wide tiers first."""
    parts: list[list[Any]] = [[] if shape is None else [shape] for shape in own]
    whole = np.empty(len(own), dtype=object)
    for place in reversed(range(len(own))):
        mine = parts[place]
        whole[place] = mine[0] if len(mine) == 1 else shapely.coverage_union_all(mine)
        parent = parents[place]
        if parent is not None:
            parts[parent].append(whole[place])
    return whole


def _records(rows: Sequence[Any], band: int, own: Shapes, whole: Shapes) -> Iterator[tuple[int, int, str]]:
    """(version, band, hex EWKB) of each extent; the remainder of a parent goes under the negative band."""
    for row, shape in zip(rows, _hex(whole), strict=True):
        if shape is not None:
            yield row.version_id, band, shape
    for row, shape in zip(rows, _hex(own), strict=True):
        if shape is not None and not row.is_leaf:
            yield row.version_id, -band, shape


def _hex(shapes: Shapes) -> list[str | None]:
    """Each shape as the hex EWKB of a multipolygon in web Mercator; None stays None."""
    multi = np.array(
        [
            shape if shape is None or shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])
            for shape in shapes
        ],
        dtype=object,
    )
    return list(shapely.to_wkb(shapely.set_srid(multi, WEB_MERCATOR), hex=True, include_srid=True))
