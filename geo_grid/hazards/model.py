"""The values of hazard zones: the zone, the households in it, and what a card says to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo_grid.vocabulary import Hazard


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """A hazard zone as a form gives it; `drawn` is a GeoJSON polygon in degrees, blank to keep the shape it has."""

    code: str
    name: str
    hazard: str
    signal: str
    route: str
    shelter: str
    drawn: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A hazard zone with its size, the households in it, and its shape as GeoJSON in degrees.

    `shelter` is the code of a facility, None to send each household to the nearest.
    """

    code: str
    name: str
    hazard: Hazard
    signal: str
    route: str
    shelter: str | None
    area_m2: float
    households: int
    geometry: dict[str, Any]
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ZoneImage:
    """What a change left of a zone: `op` I, U or D, who did it when and why, and whether its area changed."""

    op: str
    name: str
    hazard: Hazard
    signal: str
    route: str
    shelter: str | None
    at: datetime
    actor: str
    why: str | None
    redrawn: bool


@dataclass(frozen=True, slots=True)
class Threatened:
    """A household in a zone, its grid, its contact (phones as they are stored), and the shelter to go to."""

    code: str
    address: str
    persons: int | None
    grid: str
    grid_name: str
    worker: str | None
    worker_name: str | None
    worker_phone: str | None
    shelter: str | None
    shelter_address: str | None
    shelter_m: float | None
