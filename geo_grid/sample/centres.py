"""Service centres: the county's, one per township, one per village, and service points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.sample.allotment import Family
from geo_grid.sample.households import Doors
from geo_grid.sample.lattice import to_lattice
from geo_grid.sample.noise import Floats, Geometries
from geo_grid.sample.people import make_phones
from geo_grid.sample.place_names import COUNTY
from geo_grid.vocabulary import FacilityLevel, Tier

POINTS_PER_COUNTY = 104
#: How far east or north of a door a centre lies: less than doors are clear of borders.
REACH_M = 1.0


@dataclass(frozen=True)
class Centres:
    """The facilities, widest level first."""

    codes: list[str]
    names: list[str]
    levels: list[FacilityLevel]
    addresses: list[str]
    phones: list[str]
    xy: Floats


def open_centres(
    rng: np.random.Generator, family: Family, codes: list[str], names: list[str], doors: Doors, texts: list[str]
) -> Centres:
    """Centres beside a household of the grid they serve (the first of a village is at its middle hamlet)."""
    grids = [grid for grid, tier in enumerate(family.tier) if tier in (Tier.TOTAL, Tier.SUB)]
    first = _first_doors(family, doors)
    groups = [grid for grid in first if family.tier[grid] is Tier.GROUP]
    count = max(4, round(POINTS_PER_COUNTY * len(groups) / 380))
    chosen = sorted(groups[number] for number in rng.permutation(len(groups))[:count].tolist())
    rows = [(codes[0][:6] + "-F01", COUNTY + "综合服务中心", FacilityLevel.COUNTY, first[0])]
    for grid in grids:
        level = FacilityLevel.TOWNSHIP if family.tier[grid] is Tier.TOTAL else FacilityLevel.VILLAGE
        word = "便民服务中心" if level is FacilityLevel.TOWNSHIP else "综合服务站"
        rows.append((codes[grid] + "-F01", names[grid] + word, level, first[grid]))
    rows += [(codes[grid] + "-F01", names[grid] + "便民服务点", FacilityLevel.POINT, first[grid]) for grid in chosen]
    at = np.array([row[3] for row in rows])
    return Centres(
        codes=[row[0] for row in rows],
        names=[row[1] for row in rows],
        levels=[row[2] for row in rows],
        addresses=[texts[number] for number in at.tolist()],
        phones=make_phones(rng, len(rows)),
        xy=to_lattice(doors.xy[at] + rng.uniform(-REACH_M, REACH_M, (len(rows), 2))),
    )


def _first_doors(family: Family, doors: Doors) -> dict[int, int]:
    """For every grid above a leaf, a household in it."""
    first: dict[int, int] = {}
    leaves, start = np.unique(doors.leaf, return_index=True)
    for leaf, door in zip(leaves.tolist(), start.tolist(), strict=True):
        if family.tier[leaf] is Tier.MICRO:
            for grid in family.ancestors(leaf)[1:]:
                first.setdefault(grid, door)
    return first


def as_points(centres: Centres) -> Geometries:
    """The centres as point geometries."""
    return np.asarray(shapely.points(centres.xy))
