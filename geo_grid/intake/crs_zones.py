"""The CRSs of Chinese counties told by their exact text, without PROJ."""

from __future__ import annotations

from functools import cache

#: The EPSG codes of the first 3° zones of CGCS2000: with the zone's number before the easting, and without.
WITH_ZONE, WITHOUT_ZONE = 4513, 4534
#: The first central meridian, and the degrees between which each zone is made for China, from 75° to 135° east.
FIRST_MERIDIAN = 75
LATITUDES = (
    *((36, 40), (32, 41), (30, 45), (29, 47), (28, 49), (28, 48), (28, 45), (29, 44), (22, 42), (22, 42), (23, 42)),
    *((19, 42), (19, 45), (22, 45), (23, 49), (25, 53), (29, 53), (41, 53), (42, 50), (43, 48), (46, 48)),
)
#: How far around its meridian a zone is looked at, and the least and most metres of a degree of latitude.
AROUND_M, LEAST_M, MOST_M = 100_000, 110_500, 111_800
#: The text that ESRI's programs and GDAL write into a .prj.
_TEXT = (
    'PROJCS["CGCS2000_3_Degree_GK_{name}",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",{easting}.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",{meridian}.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
    'UNIT["Meter",1.0]]'
)


def named_zone(said: str) -> int | None:
    """The EPSG code of the zone whose text this is, to the letter; None for any other text."""
    return _texts().get(said.strip())


def well_inside(west: float, south: float, east: float, north: float, srid: int) -> bool:
    """Whether a box reaches the middle of what a zone is made for; False also where nothing is known here."""
    zones = [srid - first for first in (WITH_ZONE, WITHOUT_ZONE) if 0 <= srid - first < len(LATITUDES)]
    if not zones:
        return False
    bottom, top = LATITUDES[zones[0]][0] * MOST_M, LATITUDES[zones[0]][1] * LEAST_M
    middle = _easting(srid)
    return west < middle + AROUND_M and east > middle - AROUND_M and south < top and north > bottom


def _easting(srid: int) -> int:
    """The easting of a zone's meridian."""
    return 500_000 if srid >= WITHOUT_ZONE else 500_000 + 1_000_000 * (srid - WITH_ZONE + FIRST_MERIDIAN // 3)


@cache
def _texts() -> dict[str, int]:
    """The text of each zone, with its EPSG code."""
    found = {}
    for zone in range(len(LATITUDES)):
        meridian = FIRST_MERIDIAN + 3 * zone
        for srid, name in ((WITH_ZONE + zone, f"Zone_{meridian // 3}"), (WITHOUT_ZONE + zone, f"CM_{meridian}E")):
            found[_TEXT.format(name=name, easting=_easting(srid), meridian=meridian)] = srid
    return found
