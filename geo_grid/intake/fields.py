"""Which column of a file is which of our fields, by the names that people give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

import shapely

from geo_grid.errors import BadInput
from geo_grid.intake.layer import Layer, Unreadable


class Noun(Enum):
    """What a layer can hold."""

    GRIDS = "grids"
    WORKERS = "workers"
    HOUSEHOLDS = "households"
    RISK_SITES = "risk-sites"
    FACILITIES = "facilities"


#: Our fields of each noun, with the names they go by, the most telling first.
KNOWN: dict[Noun, dict[str, tuple[str, ...]]] = {
    Noun.GRIDS: {
        "code": ("网格编码", "网格编号", "网格代码", "grid_code", "gridcode", "编码", "编号", "代码", "code"),
        "name": ("网格名称", "grid_name", "gridname", "名称", "name"),
        "tier": ("网格层级", "层级", "网格级别", "tier", "level"),
        "parent": ("上级编码", "上级网格编码", "上级网格", "父级编码", "parent_code", "parent"),
    },
    Noun.HOUSEHOLDS: {
        "code": ("户编码", "户编号", "户号", "household_code", "household", "编码", "code"),
        "address": ("地址", "户主地址", "住址", "门牌地址", "address"),
        "persons": ("人口数", "家庭人口", "人口", "人数", "persons"),
        "phone": ("联系电话", "电话", "手机", "phone"),
        "contact": ("联系人", "联系人工号", "联户长", "contact_code", "contact"),
        "x": ("经度", "lon", "lng", "longitude", "x"),
        "y": ("纬度", "lat", "latitude", "y"),
    },
    Noun.RISK_SITES: {
        "code": ("风险点编码", "编码", "编号", "code"),
        "name": ("风险点名称", "名称", "name"),
        "kind": ("类别", "风险类别", "风险类型", "类型", "kind", "type"),
        "note": ("说明", "备注", "note", "remark"),
        "x": ("经度", "lon", "lng", "longitude", "x"),
        "y": ("纬度", "lat", "latitude", "y"),
    },
    Noun.FACILITIES: {
        "code": ("站点编码", "编码", "编号", "code"),
        "name": ("站点名称", "名称", "name"),
        "level": ("级别", "层级", "level"),
        "address": ("地址", "address"),
        "phone": ("电话", "联系电话", "phone"),
        "x": ("经度", "lon", "lng", "longitude", "x"),
        "y": ("纬度", "lat", "latitude", "y"),
    },
    Noun.WORKERS: {
        "code": ("工号", "人员编号", "worker_code", "worker", "code"),
        "name": ("姓名", "worker_name", "name"),
        "phone": ("电话", "联系电话", "手机", "phone"),
        "grid": ("网格编码", "网格编号", "所属网格", "grid_code", "grid"),
        "role": ("岗位", "角色", "职务", "role"),
        "since": ("起始日期", "任职日期", "开始日期", "since", "from"),
        "until": ("截止日期", "离任日期", "结束日期", "until", "to"),
    },
}

#: A field that only this noun has, so that seeing it settles what the layer holds.
_TELLING = {
    Noun.WORKERS: ("role",),
    Noun.GRIDS: ("tier", "parent"),
    Noun.HOUSEHOLDS: ("persons", "contact"),
    Noun.RISK_SITES: ("kind",),
    Noun.FACILITIES: ("level",),
}

#: Cut at this many bytes by the shapefile's table format.
_CUT = 10


def field_map(layer: Layer, noun: Noun, chosen: Mapping[str, str]) -> dict[str, str]:
    """The column of each of our fields that the layer has; `chosen` (ours to theirs) takes the place of known names."""
    columns = {_plain(column): column for column in layer.columns}
    found = {}
    for ours, names in KNOWN[noun].items():
        for name in (chosen[ours],) if ours in chosen else names:
            column = next((columns[form] for form in _forms(name) if form in columns), None)
            if column is not None:
                found[ours] = column
                break
    return found


def noun_of(layer: Layer, said: str | None, *, has_tier: bool, chosen: Mapping[str, str]) -> Noun:
    """What the layer holds, by its fields and the kind of its geometries. Raises `Unreadable` when it does not show."""
    if said is not None:
        return Noun(said)
    maps = {noun: field_map(layer, noun, _own(chosen, noun)) for noun in Noun}
    kinds = _geometry_kinds(layer)
    if kinds and (has_tier or "parent" in maps[Noun.GRIDS]):
        return Noun.GRIDS
    order: tuple[Noun, ...] = (Noun.HOUSEHOLDS, Noun.RISK_SITES, Noun.FACILITIES, Noun.GRIDS)
    if not kinds:
        order = (Noun.WORKERS, *order[:3]) if "x" in maps[Noun.HOUSEHOLDS] else (Noun.WORKERS,)
    elif "Polygon" in kinds:
        order = (Noun.GRIDS, Noun.RISK_SITES)
    for noun in order:
        if any(field in maps[noun] for field in _TELLING[noun]):
            return noun
    if "Polygon" in kinds and ("code" in maps[Noun.GRIDS] or "name" in maps[Noun.GRIDS]):
        return Noun.GRIDS
    if "Point" in kinds and {"code", "address"} <= set(maps[Noun.HOUSEHOLDS]):
        return Noun.HOUSEHOLDS
    names = "、".join(list(layer.columns)[:12]) or "none"
    raise Unreadable(
        layer.source, f"its fields ({names}) do not show what it holds: name them with --field ours=theirs"
    )


def check_choices(layers: Sequence[Layer], chosen: Mapping[str, str]) -> None:
    """Raises `BadInput` for a choice that names no field of ours, or a column that no layer has."""
    ours = {field for fields in KNOWN.values() for field in fields}
    columns = {_plain(column): column for layer in layers for column in layer.columns}
    for field, theirs in chosen.items():
        if field not in ours:
            raise BadInput(f"there is no field {field} of ours: --field takes one of {', '.join(sorted(ours))}")
        if not any(form in columns for form in _forms(theirs)):
            there = ", ".join(columns.values())
            raise BadInput(f"there is no field {theirs} in the files to be {field}: they have {there}")


def values(layer: Layer, fields: Mapping[str, str], ours: str) -> list[str] | None:
    """The texts of one of our fields, None when the layer has no such column."""
    column = fields.get(ours)
    return None if column is None else [text.strip() for text in layer.columns[column]]


def _own(chosen: Mapping[str, str], noun: Noun) -> dict[str, str]:
    """The part of a user's choices that the noun knows."""
    return {ours: theirs for ours, theirs in chosen.items() if ours in KNOWN[noun]}


def _forms(name: str) -> list[str]:
    """How a name can come: whole, or cut by a table format that counts bytes."""
    cut = [name.encode(codec)[:_CUT].decode(codec, "ignore") for codec in ("gb18030", "utf-8")]
    return [_plain(form) for form in dict.fromkeys([name, *cut])]


def _plain(name: str) -> str:
    """A name without what people vary."""
    return name.strip().casefold().replace(" ", "_")


def _geometry_kinds(layer: Layer) -> set[str]:
    """Which of Point, LineString and Polygon the layer holds; empty for a table."""
    if layer.geometry is None:
        return {"Point"} if layer.points is not None else set()
    kinds = {0: "Point", 4: "Point", 1: "LineString", 2: "LineString", 5: "LineString", 3: "Polygon", 6: "Polygon"}
    present = {int(kind) for kind in set(shapely.get_type_id(layer.geometry).tolist())}
    return {kinds.get(kind, "Point") for kind in present if kind >= 0} or {"Polygon"}
