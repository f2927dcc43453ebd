"""A source of rows, households and outlines that reads the database as far as it is asked, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.partition.lattice import Geometries
from geo_grid.redraw.live import store
from geo_grid.redraw.rows import Door, Row
from geo_grid.vocabulary import Tier


class LiveSource:
    """The net that a connection sees; what was read once is not asked for again."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._rows: dict[str, Row | None] = {}
        self._below: dict[str, list[Row]] = {}
        self._outlines: dict[str, Any] = {}
        self._doors: dict[str, list[Door]] = {}
        self._serials: dict[str, int] = {}
        self._revisions: dict[str, int] = {}

    @cached_property
    def srid(self) -> int:
        """The SRID of the county's CRS."""
        return store.county_srid(self._conn)

    def rows(self, codes: Sequence[str]) -> list[Row]:
        """The standing grids with those codes."""
        unknown = [code for code in codes if code not in self._rows]
        if unknown:
            self._keep(store.grids_named(self._conn, unknown))
            for code in unknown:
                self._rows.setdefault(code, None)
        found = (self._rows[code] for code in codes)
        return [row for row in found if row is not None]

    def children(self, code: str) -> list[Row]:
        """The standing grids directly in the grid."""
        if code not in self._below:
            self._below[code] = self._keep(store.grids_in(self._conn, code))
        return self._below[code]

    def near(self, shapes: Geometries, distance_m: float) -> list[Row]:
        """The standing grids whose own ground lies within the distance of one of the shapes."""
        shapes = np.asarray(shapes, dtype=object)
        boxes = shapely.bounds(shapes) + np.array([-distance_m, -distance_m, distance_m, distance_m])
        boxes = _joined(boxes[np.isfinite(boxes).all(axis=1)])
        if len(boxes) == 0:
            return []
        known = [code for code, row in self._rows.items() if row is not None]
        codes = store.codes_near(self._conn, boxes.tolist(), self.srid)
        if set(codes) - set(known):
            self.rows(codes)
        rows = [row for row in self.rows(codes) if row.own is not None]
        cells = np.empty(len(rows), dtype=object)
        cells[:] = [row.own for row in rows]
        tree = shapely.STRtree(cells)
        if distance_m:
            hits = tree.query(shapes, predicate="dwithin", distance=distance_m)[1]
        else:
            hits = tree.query(shapes, predicate="intersects")[1]
        return [rows[place] for place in np.unique(hits).tolist()]

    def outlines(self, codes: Sequence[str]) -> dict[str, Any]:
        """The derived outline of each grid."""
        unknown = [code for code in codes if code not in self._outlines]
        if unknown:
            self._outlines |= {code: shapely.from_wkb(wkb) for code, wkb in store.outlines(self._conn, unknown)}
        return {code: self._outlines[code] for code in codes if code in self._outlines}

    def doors(self, codes: Sequence[str]) -> list[Door]:
        """The households in the own ground of the grids."""
        unknown = [code for code in codes if code not in self._doors]
        if unknown:
            self._doors |= {code: [] for code in unknown}
            for found in store.doors_in(self._conn, unknown):
                door = Door(*found)
                self._doors[door.grid].append(door)
        return [door for code in codes for door in self._doors[code]]

    def last_serial(self, stem: str) -> int:
        """The highest number that ever followed the stem in a code, 0 for none."""
        if stem not in self._serials:
            self._serials[stem] = store.last_serial(self._conn, stem)
        return self._serials[stem]

    def is_given(self, code: str) -> bool:
        """Whether a grid has or had that code."""
        return store.is_given(self._conn, code)

    def changed_since(self, codes: Iterable[str]) -> list[str]:
        """The grids among those read that changed after they were read, or went."""
        known = [code for code in sorted(set(codes)) if code in self._revisions]
        present = store.revisions(self._conn, known)
        return [code for code in known if present.get(code) != self._revisions[code]]

    def _keep(self, found: Iterable[Any]) -> list[Row]:
        """The rows asked for, remembered with all above them."""
        asked = []
        taken = list(found)
        shapes = shapely.from_wkb([None if one.own is None else bytes(one.own) for one in taken])
        for one, own in zip(taken, shapes, strict=True):
            row = self._rows.get(one.code) or Row(one.code, Tier[one.tier], one.parent, one.name, own)
            self._rows[one.code] = row
            self._revisions.setdefault(one.code, one.revision)
            if one.asked:
                asked.append(row)
        return asked


def _joined(boxes: Any) -> Any:
    """Boxes as few as needed: many small ones of one drawn line are asked for as one."""
    if len(boxes) <= 16:
        return boxes
    return np.array([[*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]])
