"""A facility as it is to be written."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.vocabulary import FacilityLevel


@dataclass(frozen=True, slots=True)
class Facility:
    """A service centre, station or point; `point` is hexadecimal EWKB, None is what was not given."""

    code: str
    name: str
    level: FacilityLevel
    address: str | None
    phone: str | None
    point: str
