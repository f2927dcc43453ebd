"""The name of every grid, made from its place in the family."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.sample.allotment import Family
from geo_grid.sample.noise import Floats
from geo_grid.sample.place_names import COUNTY, PlaceNames, numeral, sub_name, township_name
from geo_grid.sample.settlements import Kind
from geo_grid.sample.specials import SpecialKind
from geo_grid.vocabulary import Tier

#: Special grids numbered through the county, with the word they are called by.
_COUNTY_WIDE = {"中学": "中学", "医院": "人民医院", "公园": "公园", "汽车站": "汽车站", "商贸城": "商贸城"}


@dataclass(frozen=True)
class Naming:
    """What the names depend on besides the family."""

    codes: list[str]
    places: Floats
    is_urban: list[bool]
    sub_kind: dict[int, Kind]
    special_kind: dict[int, SpecialKind]


def name_grids(family: Family, names: PlaceNames, naming: Naming) -> list[str]:
    """The name of every grid, in the order of the family; no two grids of a tier share one."""
    answer = [""] * len(family.tier)
    children = _children_by_code(family, naming.codes)
    counted: dict[str, int] = {}
    for grid in children[-1]:
        answer[grid] = township_name(names, grid, naming.is_urban[grid])
    queue = list(children[-1])
    while queue:
        parent = queue.pop(0)
        serials: dict[Tier, int] = {}
        for grid in children.get(parent, []):
            tier = family.tier[grid]
            serials[tier] = serials.get(tier, 0) + 1
            answer[grid] = _name(family, names, naming, answer, grid, serials[tier], counted)
            queue.append(grid)
    return answer


def _children_by_code(family: Family, codes: list[str]) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for grid in sorted(range(len(codes)), key=lambda each: codes[each]):
        children.setdefault(family.parent[grid], []).append(grid)
    return children


def _name(
    family: Family,
    names: PlaceNames,
    naming: Naming,
    named: list[str],
    grid: int,
    serial: int,
    counted: dict[str, int],
) -> str:
    parent = family.parent[grid]
    match family.tier[grid]:
        case Tier.SUB:
            return sub_name(names, naming.sub_kind[grid], named[parent])
        case Tier.BRANCH:
            return f"{_stem(named[parent])}{_side(naming.places[grid] - naming.places[parent], serial)}片"
        case Tier.GROUP:
            return _group_name(family, names, naming, named, grid, counted)
        case Tier.MICRO:
            return f"{_micro_stem(named[parent])}{serial}号微网格"
        case _:
            return _special_name(family, naming, named, grid, counted)


def _stem(name: str) -> str:
    """A village's or community's name without its class word."""
    return name.removesuffix("社区").removesuffix("村")


def _side(offset: Floats, serial: int) -> str:
    """Which side of its parent a branch lies on, with its serial to keep it apart."""
    east, north = float(offset[0]), float(offset[1])
    side = ("东" if east > 0 else "西") if abs(east) >= abs(north) else ("北" if north > 0 else "南")
    return f"{side}{numeral(serial)}"


def _sub_of(family: Family, grid: int) -> int:
    return next(each for each in family.ancestors(grid) if family.tier[each] in (Tier.SUB, Tier.TOTAL))


def _group_name(
    family: Family, names: PlaceNames, naming: Naming, named: list[str], grid: int, counted: dict[str, int]
) -> str:
    sub = _sub_of(family, grid)
    if naming.sub_kind[sub] is Kind.COMMUNITY:
        return next(names.compounds)
    counted[naming.codes[sub]] = counted.get(naming.codes[sub], 0) + 1
    serial = counted[naming.codes[sub]]
    return f"{_stem(named[sub])}第{numeral(serial)}组"


def _micro_stem(group: str) -> str:
    return group.replace("第", "", 1) if group.endswith("组") else group


def _special_name(family: Family, naming: Naming, named: list[str], grid: int, counted: dict[str, int]) -> str:
    kind = naming.special_kind[grid].name
    if kind in _COUNTY_WIDE:
        counted[kind] = counted.get(kind, 0) + 1
        return f"{COUNTY}第{numeral(counted[kind])}{_COUNTY_WIDE[kind]}"
    stem = _stem(named[_sub_of(family, grid)])
    counted[stem + kind] = counted.get(stem + kind, 0) + 1
    again = counted[stem + kind]
    return stem + kind + (f"（{numeral(again)}）" if again > 1 else "")
