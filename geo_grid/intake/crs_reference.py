"""What a layer's places are held against: the county's outline, and the grids that its codes name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo_grid.intake.crs_way import metres_step
from geo_grid.intake.field_guess import guess_fields
from geo_grid.intake.fields import Noun, noun_of
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.standing import Standing
from geo_grid.partition.lattice import Floats, Integers

#: Ground around the outline that still counts as the county: vertices lie on the outline itself.
AROUND_M = 200.0
#: Coordinates that are looked at, and rows whose codes are looked up.
SAMPLE, MOST_ROWS = 2000, 300


def _no_grids(codes: Iterable[str]) -> dict[str, Any]:
    """No grid stands."""
    del codes
    return {}


@dataclass(frozen=True)
class Reference:
    """The county's outline (None before there is one), and the ground of grids by their codes, in the county's CRS."""

    outline: Any = None
    ground: Callable[[Iterable[str]], dict[str, Any]] = _no_grids

    def yard(self, srid: int) -> Any:
        """Where places are plausible: the outline, else where the county's CRS is made for; prepared."""
        if self.outline is None:
            yard = _where_made_for(srid)
        else:
            yard = shapely.buffer(shapely.simplify(self.outline, AROUND_M / 4), AROUND_M)
        shapely.prepare(yard)
        return yard


NO_REFERENCE = Reference()


@dataclass(frozen=True)
class Probe:
    """What is looked at of a layer, in its own coordinates.

    `at` (n, 2) are coordinates spread over it and `row_of` (n,) their rows; `rows` (r,) are rows with a point inside
    each (`middles`), and `grids` (r) the known grids that their codes name, None where they name none. `same` tells
    that the rows are those grids themselves, and not something inside them.
    """

    at: Floats
    row_of: Integers
    rows: Integers
    middles: Floats
    grids: list[Any]
    same: bool

    def agreement(self, middles: Floats, at: Floats) -> tuple[int, int, float | None]:
        """How many rows lie in the grid their code names, of how many; and how far grids lie from where they stand.

        `middles` and `at` are the probe's coordinates in the county's CRS. The distance is the middling one of the
        drawn vertices from the border of the grid of the same code, None unless the rows are grids themselves.
        """
        coded = [place for place, grid in enumerate(self.grids) if grid is not None]
        if not coded:
            return 0, 0, None
        grids = np.array([self.grids[place] for place in coded], dtype=object)
        agree = int(shapely.intersects_xy(grids, *middles[coded].T).sum())
        if not self.same:
            return agree, len(coded), None
        place_of = dict(zip(self.rows[coded].tolist(), coded, strict=True))
        mine = [place for place, row in enumerate(self.row_of.tolist()) if row in place_of]
        borders = shapely.boundary(np.array([self.grids[place_of[int(self.row_of[place])]] for place in mine]))
        there = np.isfinite(at[mine]).all(axis=1)
        away = shapely.distance(borders[there], shapely.points(at[mine][there]))
        return agree, len(coded), float(np.median(away)) if len(away) else None


def probe_of(layer: Layer, reference: Reference) -> Probe:
    """A sample of a layer, with the grids that its codes name."""
    if layer.points is not None:
        coords, owner = layer.points, np.arange(len(layer.points))
    else:
        coords, owner = shapely.get_coordinates(layer.shapes(), return_index=True)
    sound = np.flatnonzero(np.isfinite(coords).all(axis=1) & (coords != 0).any(axis=1))
    taken = sound[np.linspace(0, len(sound) - 1, min(SAMPLE, len(sound))).astype(int)] if len(sound) else sound
    rows = np.unique(owner[taken])
    rows = rows[:: max(1, len(rows) // MOST_ROWS)]
    middles = shapely.get_coordinates(shapely.point_on_surface(layer.shapes()[rows]))
    codes = _codes(layer)
    grids: list[Any] = [None] * len(rows)
    same = False
    if codes is not None:
        wanted = [_beginnings(codes[row]) for row in rows.tolist()]
        ground = reference.ground({code for several in wanted for code in several})
        named = [next((code for code in several if code in ground), "") for several in wanted]
        grids = [ground.get(code) for code in named]
        same = sum(code == codes[row] for code, row in zip(named, rows.tolist(), strict=True)) > len(rows) / 2
    return Probe(coords[taken], owner[taken], rows, middles, grids, same)


def reference_of(standing: Standing) -> Reference:
    """What stands, to hold layers against."""
    grids = {grid.code: grid.geom for grid in standing.grids if grid.geom is not None}
    return Reference(standing.outline, lambda codes: {code: grids[code] for code in codes if code in grids})


def reference_among(layers: Sequence[Layer]) -> Reference:
    """The grids of layers that are in the county's CRS already, for households of the same import."""
    grids: dict[str, Any] = {}
    for layer in layers:
        codes = _codes(layer) or []
        grids.update({code: shape for code, shape in zip(codes, layer.shapes(), strict=False) if code and shape})
    return Reference(None, lambda codes: {code: grids[code] for code in codes if code in grids})


def _codes(layer: Layer) -> list[str] | None:
    """The codes of a layer's rows, None when it has none."""
    try:
        noun = noun_of(layer, None, has_tier=False, chosen={})
    except Unreadable:
        noun = Noun.GRIDS
    column = guess_fields(layer, noun).taken.get("code")
    return None if column is None else layer.columns[column]


def _beginnings(code: str) -> list[str]:
    """The code and the codes it is built on, the longest first, down to six characters."""
    return [code[:length] for length in range(len(code), 5, -1)]


def _where_made_for(srid: int) -> Any:
    """The box, in the county's CRS, of the area that the CRS is made for, three degrees around."""
    from pyproj import CRS

    ours = CRS.from_epsg(srid)
    if ours.area_of_use is None:
        return shapely.box(-1e8, -1e8, 1e8, 1e8)
    west, south, east, north = ours.area_of_use.bounds
    corners = np.array([[west - 3, south - 3], [east + 3, south - 3], [west - 3, north + 3], [east + 3, north + 3]])
    at = metres_step(srid)(np.clip(corners, (-180, -89), (180, 89)))
    return shapely.box(*at.min(axis=0), *at.max(axis=0))
