"""Writes synthetic counties as the files that GIS staff would send: zipped shapefiles in GBK, workers as XLSX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geo_grid.errors import BadInput, Refused
from geo_grid.sample.county import SampleCounty
from geo_grid.sample.noise import Geometries
from geo_grid.sample.risks import RiskSites
from geo_grid.sample.shapefile import Column, write_shapefile_zip
from geo_grid.sample.workbook import write_workbook
from geo_grid.vocabulary import Tier

FILE_NAMES = (
    *(f"grids_{tier.name.lower()}.zip" for tier in Tier),
    "households.zip",
    "risk_points.zip",
    "risk_lines.zip",
    "risk_areas.zip",
    "facilities.zip",
    "workers.xlsx",
    "README.md",
)


class NotASample(Refused):
    """A folder that holds other things is not written into."""

    def __init__(self, folder: Path, stranger: str) -> None:
        self.folder, self.stranger = folder, stranger
        super().__init__(f"{folder} holds {stranger}, which is no part of a sample: name an empty or a new folder")


def prepare_folder(folder: Path) -> None:
    """Makes sure that `folder` is there and holds nothing but an earlier sample.

    Raises
    ------
    NotASample
        When something else lies in the folder.
    BadInput
        When it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise BadInput(f"the folder {folder} cannot be made ({failure.strerror}): name another one") from failure
    strangers = sorted(each.name for each in folder.iterdir() if each.name not in FILE_NAMES)
    if strangers:
        raise NotASample(folder, strangers[0])


def write_counties(folder: Path, counties: list[SampleCounty], command: str) -> None:
    """All counties together, one file per layer; `command` is named in the README as what wrote them."""
    for tier in Tier:
        _write_grids(folder / f"grids_{tier.name.lower()}.zip", counties, tier)
    _write_households(folder / "households.zip", counties)
    serial = {county.code: 0 for county in counties}
    for name in ("risk_points", "risk_lines", "risk_areas"):
        _write_risks(folder / f"{name}.zip", [(county, getattr(county, name)) for county in counties], serial)
    _write_centres(folder / "facilities.zip", counties)
    _write_workers(folder / "workers.xlsx", counties)
    (folder / "README.md").write_text(_readme(counties, command), encoding="utf-8")


def worker_code(county: SampleCounty, worker: int) -> str:
    """The code of a worker; empty for nobody."""
    return f"{county.code}W{worker + 1:04d}" if worker >= 0 else ""


def _write_grids(path: Path, counties: list[SampleCounty], tier: Tier) -> None:
    rows = [
        (county.codes[grid], county, grid)
        for county in counties
        for grid, each in enumerate(county.family.tier)
        if each is tier
    ]
    rows.sort(key=lambda row: row[0])
    shapes = np.array([county.geom[grid] for _, county, grid in rows], dtype=object)
    parents = [county.family.parent[grid] for _, county, grid in rows]
    columns = [
        Column("网格编码", [code for code, _, _ in rows]),
        Column("网格名称", [county.names[grid] for _, county, grid in rows]),
        Column("网格层级", [tier.zh] * len(rows)),
        Column(
            "上级编码",
            [row[1].codes[parent] if parent >= 0 else "" for row, parent in zip(rows, parents, strict=True)],
        ),
    ]
    write_shapefile_zip(path, shapes, columns)


def _write_households(path: Path, counties: list[SampleCounty]) -> None:
    columns = [
        Column("户编码", [code for county in counties for code in county.addresses.codes]),
        Column("地址", [text for county in counties for text in county.addresses.texts]),
        Column("人口数", [str(count) for county in counties for count in county.doors.persons.tolist()], numeric=True),
        Column("联系电话", [phone for county in counties for phone in county.addresses.phones]),
        Column("联系人", [worker_code(county, each) for county in counties for each in county.staff.contact.tolist()]),
    ]
    write_shapefile_zip(path, _points([county.doors.xy for county in counties]), columns)


def _points(places: list[np.ndarray[tuple[int, int], np.dtype[np.float64]]]) -> Geometries:
    return np.asarray(shapely.points(np.concatenate(places)))


def _write_risks(path: Path, layers: list[tuple[SampleCounty, RiskSites]], serial: dict[str, int]) -> None:
    codes, names = [], []
    for county, sites in layers:
        places = _villages_at(county, sites.shapes)
        counted: dict[str, int] = {}
        for number, place in enumerate(places):
            serial[county.code] += 1
            codes.append(f"{county.code}-R{serial[county.code]:04d}")
            stem = place + sites.word(number)
            counted[stem] = counted.get(stem, 0) + 1
            names.append(f"{stem}{counted[stem]}号")
    columns = [
        Column("编码", codes),
        Column("名称", names),
        Column("类别", [kind.zh for _, sites in layers for kind in sites.kinds]),
        Column("说明", [note for _, sites in layers for note in sites.notes]),
    ]
    write_shapefile_zip(path, np.concatenate([sites.shapes for _, sites in layers]), columns)


def _villages_at(county: SampleCounty, shapes: Geometries) -> list[str]:
    """The short name of the village (or township) that each shape begins in."""
    grids = [grid for grid, tier in enumerate(county.family.tier) if tier in (Tier.SUB, Tier.TOTAL)]
    grids.sort(key=lambda grid: -county.family.tier[grid].rank)
    areas = county.geom[grids]
    starts = shapely.points(shapely.get_coordinates(shapes)[_first_coordinates(shapes)])
    place, area = shapely.STRtree(areas).query(starts, predicate="within")
    found = np.full(len(shapes), len(grids))
    np.minimum.at(found, place, area)
    names = [county.names[grid].removesuffix("社区").removesuffix("村") for grid in grids]
    return [names[number] if number < len(names) else names[-1] for number in found.tolist()]


def _first_coordinates(shapes: Geometries) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(shapes))[:-1]]).astype(np.int64)


def _write_centres(path: Path, counties: list[SampleCounty]) -> None:
    centres = [county.centres for county in counties]
    columns = [
        Column("编码", [code for each in centres for code in each.codes]),
        Column("名称", [name for each in centres for name in each.names]),
        Column("级别", [level.zh for each in centres for level in each.levels]),
        Column("地址", [address for each in centres for address in each.addresses]),
        Column("电话", [phone for each in centres for phone in each.phones]),
    ]
    write_shapefile_zip(path, _points([each.xy for each in centres]), columns)


def _write_workers(path: Path, counties: list[SampleCounty]) -> None:
    rows = []
    for county in counties:
        staff = county.staff
        for post in sorted(staff.posts, key=lambda each: (county.codes[each.grid], each.role.name)):
            person = ["", "", ""]
            if post.worker >= 0:
                person = [worker_code(county, post.worker), staff.names[post.worker], staff.phones[post.worker]]
            rows.append([*person, county.codes[post.grid], post.role.zh, post.since, post.until])
    write_workbook(path, "网格员", ["工号", "姓名", "电话", "网格编码", "岗位", "起始日期", "截止日期"], rows)


def _readme(counties: list[SampleCounty], command: str) -> str:
    grids = [tier for county in counties for tier in county.family.tier]
    counts = " / ".join(f"{grids.count(tier):,} {tier.zh}" for tier in Tier)
    households = sum(len(county.doors.leaf) for county in counties)
    return f"""# 示例县: a county that does not exist

Written by `{command}`; the same command writes the same bytes.

- grids: {counts}
- households: {households:,}
- CRS: EPSG:4546 (CGCS2000, 3-degree zone, central meridian 111°), all vertices on a lattice of 1/1024 m
- zipped shapefiles with text in GBK; `workers.xlsx` has one row per post, without 工号 where the post is vacant

Every place, person, telephone number and address is made up; the numbers begin with 12, which no operator gives out.
Licence: CC0 1.0 (public domain).
"""
