"""Layers brought into the county's CRS, and what must be said of their places on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.grids import read_geoms
from geo_grid.households import read_points
from geo_grid.intake.before import Before
from geo_grid.intake.coordinates import with_points
from geo_grid.intake.crs import into_county
from geo_grid.intake.crs_reference import NO_REFERENCE, Reference
from geo_grid.intake.crs_weigh import guess_crs, web_map_faults
from geo_grid.intake.fields import Noun
from geo_grid.intake.layer import Layer
from geo_grid.intake.read import Options
from geo_grid.intake.standing_shapes import speaks_of_standing, with_standing_shapes
from geo_grid.risks import read_shapes


@dataclass(frozen=True)
class Placer:
    """Puts layers where they belong beside what stood `before`; `free` gives the connection when nobody uses it."""

    free: Callable[[], Connection]
    before: Before
    options: Options
    srid: int

    def placed(self, layers: Iterable[Layer], noun: Noun) -> tuple[list[Layer], list[Finding]]:
        """The layers of a noun in the county's CRS, those left out whose CRS somebody must name; what to say of them.

        Raises `Unreadable`.
        """
        placed: list[Layer] = []
        findings: list[Finding] = []
        for layer in layers:
            moved = with_points(layer, self.options.fields, noun)
            if speaks_of_standing(moved, noun):
                placed.append(self._as_standing(moved, noun))
                continue
            asked = self._asked(moved, is_table=moved is not layer)
            findings += asked
            if not errors_in(asked):
                moved, told = into_county(moved, self.srid, self.options.crs)
                findings += told
                placed.append(moved)
        return placed, findings

    def ground(self, codes: Iterable[str]) -> dict[str, Any]:
        """The ground of standing grids."""
        return read_geoms(self.free(), codes)

    def _asked(self, layer: Layer, *, is_table: bool) -> Sequence[Finding]:
        """What must be said of a layer whose CRS nobody named: of a table everything, for it cannot say any itself."""
        if self.options.crs is not None or layer.crs_told or not layer.has_places:
            return ()
        if is_table or layer.crs is None:
            return guess_crs(layer, self.srid, self._reference()).findings
        if self.before.outline is None:
            return ()
        return web_map_faults(layer, self.srid, self._reference())

    def _reference(self) -> Reference:
        """What stands, to hold places against."""
        outline = self.before.outline
        return NO_REFERENCE if outline is None else Reference(outline, self.ground)

    def _as_standing(self, layer: Layer, noun: Noun) -> Layer:
        """A table without shapes, with those that stand."""
        readers = {Noun.HOUSEHOLDS: read_points, Noun.RISK_SITES: read_shapes}
        shapes_of = self.ground if noun is Noun.GRIDS else partial(readers[noun], self.free())
        return with_standing_shapes(layer, noun, self.options.fields, self.srid, shapes_of)
