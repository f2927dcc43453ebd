"""The codes of grids: area codes for townships and villages, serials from west to east below them."""

from __future__ import annotations

import numpy as np

from geo_grid.sample.allotment import Family
from geo_grid.sample.noise import Floats, Ints
from geo_grid.vocabulary import Tier

FIRST_COUNTY_CODE = 990_125
#: Where serials of area codes begin: towns 镇 at 100, townships 乡 at 200; communities at 001, villages at 200
#: (统计用区划代码和城乡划分代码编制规则, National Bureau of Statistics).
TOWN_SERIAL, TOWNSHIP_SERIAL = 100, 200
COMMUNITY_SERIAL, VILLAGE_SERIAL = 1, 200


def code_grids(family: Family, places: Floats, is_urban: list[bool], county_code: str) -> list[str]:
    """The code of every grid.

    Parameters
    ----------
    places
        (grids, 2) the middle of each grid; serials follow it from west to east, then from north to south.
    is_urban
        For TOTAL grids whether it is a town (镇), for SUB grids whether it is a community; unused below.
    """
    codes = [""] * len(family.tier)
    used: dict[tuple[int, Tier, bool], int] = {}
    order = _by_tier_and_place(family, places)
    for grid in order.tolist():
        tier, parent = family.tier[grid], family.parent[grid]
        urban = is_urban[grid] if tier in (Tier.TOTAL, Tier.SUB) else False
        serial = used.get((parent, tier, urban), 0)
        used[parent, tier, urban] = serial + 1
        above = codes[parent] if parent >= 0 else county_code
        codes[grid] = above + _suffix(tier, urban, serial)
    return codes


def _by_tier_and_place(family: Family, places: Floats) -> Ints:
    rank = np.array([tier.rank for tier in family.tier])
    return np.lexsort((-places[:, 1], places[:, 0], rank))


def _suffix(tier: Tier, urban: bool, serial: int) -> str:
    match tier:
        case Tier.TOTAL:
            return f"{(TOWN_SERIAL if urban else TOWNSHIP_SERIAL) + serial:03d}"
        case Tier.SUB:
            return f"{(COMMUNITY_SERIAL if urban else VILLAGE_SERIAL) + serial:03d}"
        case _:
            return f"-{tier.letter}{serial + 1:02d}"
