"""Which grid owns the ground at a place, now or at a past moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.errors import BadInput
from geo_grid.partition import locate
from geo_grid.publish import store
from geo_grid.publish.ground import Place, to_place


@dataclass(frozen=True, slots=True)
class Owner:
    """A place on the lattice and the grid whose own ground holds it."""

    place: Place
    grid_id: int


def owner_at(conn: Connection, lon: float, lat: float, moment: datetime | None = None) -> Owner | None:
    """The owner of the place at `moment` (None: now), by the half-open rule; None outside the net.

    The place is moved to the lattice first, by less than a millimetre. Raises `BadInput` for what is no place on Earth.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise BadInput(f"{lon} {lat} is no place: give the longitude (-180 to 180) and then the latitude (-90 to 90)")
    srid = store.county_srid(conn)
    place = to_place(srid, lon, lat) if srid else None
    if place is None:
        return None
    near = store.ground_near(conn, place, moment)
    cells = shapely.from_wkb([bytes(row.own) for row in near])
    (index,) = locate([(place.east, place.north)], np.asarray(cells, dtype=object))
    return Owner(place, near[index].grid_id) if index >= 0 else None
