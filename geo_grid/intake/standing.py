"""What stands in the county already, as far as files must be weighed against it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection

from geo_grid.grids import StandingGrid, county_srid, read_outline, read_standing
from geo_grid.households import Doors, read_doors

NO_DOORS = Doors((), np.empty((0, 2)), (), ())


@dataclass(frozen=True)
class Standing:
    """The county before an import, in its CRS `srid`: its outline (None before there is one), grids, households."""

    srid: int
    outline: Any = None
    grids: Sequence[StandingGrid] = ()
    doors: Doors = NO_DOORS

    def without(self, codes: Collection[str]) -> Standing:
        """The county without some of its grids."""
        return replace(self, grids=[grid for grid in self.grids if grid.code not in codes]) if codes else self


def standing_county(conn: Connection) -> Standing:
    """The county as `conn` sees it."""
    return Standing(county_srid(conn), read_outline(conn), read_standing(conn), read_doors(conn))
