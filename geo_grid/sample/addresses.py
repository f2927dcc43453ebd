"""Codes, addresses and telephones of households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_grid.sample.allotment import Family
from geo_grid.sample.households import Doors
from geo_grid.sample.people import make_phones
from geo_grid.sample.place_names import COUNTY
from geo_grid.vocabulary import Tier


@dataclass(frozen=True)
class Addresses:
    """What is written about each household."""

    codes: list[str]
    texts: list[str]
    phones: list[str]
    """Empty where none is known."""


def address_households(
    rng: np.random.Generator, family: Family, codes: list[str], names: list[str], doors: Doors
) -> Addresses:
    """Codes by village, addresses by group and number or by block, unit and flat; three in twenty have no telephone."""
    serial: dict[str, int] = {}
    number: dict[int, int] = {}
    blocks: dict[tuple[int, int], int] = {}
    made: list[str] = []
    texts: list[str] = []
    leaves = doors.leaf.tolist()
    for leaf, building, flat in zip(leaves, doors.building.tolist(), doors.flat.tolist(), strict=True):
        above = {family.tier[grid]: grid for grid in family.ancestors(leaf)}
        village = codes[above[Tier.SUB]]
        serial[village] = serial.get(village, 0) + 1
        made.append(f"{village}-H{serial[village]:04d}")
        place = _place(family, names, leaf)
        if building:
            block = blocks.setdefault((leaf, building), _next(number, family.parent[leaf]))
            floor, side = divmod(flat % 12, 2)
            texts.append(f"{place}{block}幢{flat // 12 + 1}单元{floor + 1}0{side + 1}室")
        else:
            texts.append(f"{place}{_next(number, family.parent[leaf])}号")
    known = rng.uniform(0.0, 1.0, len(leaves)) < 0.85
    phones = [phone if has else "" for phone, has in zip(make_phones(rng, len(leaves)), known.tolist(), strict=True)]
    return Addresses(made, texts, phones)


def _next(number: dict[int, int], place: int) -> int:
    number[place] = number.get(place, 0) + 1
    return number[place]


def _place(family: Family, names: list[str], leaf: int) -> str:
    """County, township, village and, where there is one, group or special grid, run together."""
    words = [COUNTY]
    for grid in reversed(family.ancestors(leaf)):
        match family.tier[grid]:
            case Tier.TOTAL | Tier.SUB:
                words.append(names[grid])
            case Tier.GROUP:
                words.append(_without_village(names[grid]))
            case Tier.SPECIAL:
                words.append(names[grid].removeprefix(COUNTY))
            case _:
                pass
    return "".join(words)


def _without_village(group: str) -> str:
    """第三组 of 某家庄第三组; the name of a compound as it is."""
    return "第" + group.rpartition("第")[2] if group.endswith("组") else group
