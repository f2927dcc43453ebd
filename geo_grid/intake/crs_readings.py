"""Every CRS that the numbers of a layer could be in, by their size alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geo_grid.intake.crs_way import SWAPPED, WEB_DEGREES, WEB_MAPS, WEB_METRES, degrees_step, is_geocentric, parsed
from geo_grid.partition.lattice import Floats

#: Central meridians of the 3° zones in China, and the EPSG codes of the first, with and without the zone's number.
MERIDIANS = range(75, 136, 3)
WITH_ZONE, WITHOUT_ZONE, SIX_WITH_ZONE = 4513, 4534, 4491
XIAN_WITH_ZONE, XIAN_WITHOUT_ZONE = 2349, 2370
BEIJING_WITH_ZONE, BEIJING_WITHOUT_ZONE = 2401, 2422
#: WGS 84 / UTM zones over China.
UTM = range(32643, 32654)


@dataclass(frozen=True, slots=True)
class Reading:
    """A CRS the numbers could be in; `note` as in `CrsCandidate`."""

    crs: str
    name: str
    note: str = ""


def readings(at: Floats, said: str | None, srid: int) -> list[Reading]:
    """The CRSs that coordinates (n, 2) could be in: the file's own word first, then all that their size allows."""
    found: dict[str, Reading] = {}
    if said is not None and parsed(said) is not None:
        found[said] = named(said)
    for text in _by_size(at, srid):
        found.setdefault(text, named(text))
    return list(found.values())


def named(said: str) -> Reading:
    """A CRS with its name for people and what to beware of."""
    plain = said.removesuffix(SWAPPED)
    order = ", north before east" if said.endswith(SWAPPED) else ""
    if plain in WEB_MAPS:
        return Reading(said, f"{plain} (web map){order}", "web_map")
    crs = parsed(plain)
    name = plain if crs is None else crs.name
    note = "" if crs is None or is_geocentric(crs) else "datum_unknown"
    return Reading(said, f"{name}{order}", note)


def _by_size(at: Floats, srid: int) -> Iterator[str]:
    """The names of CRSs whose numbers are of this size, as they stand and with the two exchanged."""
    yield from _as_they_stand(at, srid)
    for text in _as_they_stand(at[:, ::-1], srid):
        yield f"{text}{SWAPPED}"


def _as_they_stand(at: Floats, srid: int) -> Iterator[str]:
    """The names of CRSs whose numbers are of this size."""
    x, y = np.median(at, axis=0)
    if abs(x) <= 180 and abs(y) <= 90:
        yield "EPSG:4490"
        yield from WEB_DEGREES
        return
    if not 0 <= y < 2e7:
        return
    yield f"EPSG:{srid}"
    zone = int(x // 1_000_000)
    if 25 <= zone <= 45:
        yield from (f"EPSG:{first + zone - 25}" for first in (WITH_ZONE, XIAN_WITH_ZONE, BEIJING_WITH_ZONE))
    elif 13 <= zone <= 23:
        yield f"EPSG:{SIX_WITH_ZONE + zone - 13}"
    elif 0 <= x < 1_000_000:
        for place in range(len(MERIDIANS)):
            yield from (f"EPSG:{first + place}" for first in (WITHOUT_ZONE, XIAN_WITHOUT_ZONE, BEIJING_WITHOUT_ZONE))
        yield from (f"EPSG:{code}" for code in UTM)
    if 8e6 <= x <= 1.6e7:
        yield "EPSG:3857"
        yield from WEB_METRES


def degrees_of(reading: Reading, at: Floats) -> Floats:
    """The coordinates (n, 2) in lon/lat by a reading, to a hundred metres: datums are taken for one another.

    PROJ takes most of a second to find a way between two datums, and dozens of readings are looked at.
    """
    return degrees_step(reading.crs)(at)


def is_degrees(said: str | None) -> bool:
    """Whether a CRS counts in degrees."""
    if said is None:
        return False
    plain = said.removesuffix(SWAPPED)
    crs = parsed(plain)
    return plain in WEB_DEGREES or (crs is not None and crs.is_geographic)
