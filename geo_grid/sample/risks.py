"""Risk sites of the seven kinds: points, lines along rivers, roads and gullies, woods and fields."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from geo_grid.sample.borders import Strokes, cut_corners
from geo_grid.sample.drawing import Ground
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Geometries, Ints
from geo_grid.sample.patches import draw_patches, grow_patches
from geo_grid.sample.plots import Neighbours
from geo_grid.sample.rivers import Rivers, curve_through
from geo_grid.sample.terrain import STREAM_KM2, Terrain, distances
from geo_grid.vocabulary import RiskKind

#: How many sites of a kind and a shape a county of 28,500 households has.
POINTS = {RiskKind.WELL: 82, RiskKind.MINE: 95, RiskKind.ROAD: 25, RiskKind.GULLY: 30}
LINES = {RiskKind.ROAD: 80, RiskKind.RIVER: 91, RiskKind.GULLY: 68}
AREAS = {RiskKind.FOREST: 83, RiskKind.FARMLAND: 86}

NOTES = {
    RiskKind.FOREST: ["防火期重点巡查", "油松林，坟头较多", "林缘有农耕用火", "设有防火检查站"],
    RiskKind.FARMLAND: ["基本农田，禁止非农建设", "秸秆禁烧区", "高标准农田", "汛期易积水"],
    RiskKind.ROAD: ["急弯陡坡", "临水临崖", "冬季易结冰", "视距不良，设有警示牌"],
    RiskKind.WELL: ["机井，井盖完好", "旱井，需加盖", "废弃水井，已围挡", "饮用水源井"],
    RiskKind.MINE: ["已关闭，井口封堵", "采空区，地面有裂缝", "在采，限载运输", "废石堆，雨后查看"],
    RiskKind.RIVER: ["汛期水位上涨快", "河道内禁止采砂", "两岸有农户", "漫水桥，涨水封闭"],
    RiskKind.GULLY: ["山洪沟，沟口有住户", "沟道狭窄，易堵塞", "上游有淤地坝", "雨后易发泥石流"],
}
_WORDS = {
    RiskKind.FOREST: "林区",
    RiskKind.FARMLAND: "农田",
    RiskKind.ROAD: "路段",
    RiskKind.WELL: "水井",
    RiskKind.MINE: "矿点",
    RiskKind.RIVER: "河段",
    RiskKind.GULLY: "沟",
}


@dataclass(frozen=True)
class RiskSites:
    """Risk sites of one shape: geometries with kind, a word for the name, and a note."""

    shapes: Geometries
    kinds: list[RiskKind]
    notes: list[str]

    def word(self, number: int) -> str:
        """What a site of that kind is called in its name."""
        return _WORDS[self.kinds[number]]


@dataclass(frozen=True)
class Landscape:
    """What risk sites are found in."""

    terrain: Terrain
    rivers: Rivers
    mesh: Mesh
    neighbours: Neighbours
    roads: list[Ints]
    ground: Ground
    county: shapely.Geometry

    @property
    def inner(self) -> Flags:
        """The plots of the county that do not touch its rim."""
        edges = self.mesh.edge_plots
        on_rim = edges[~self.mesh.inside[edges].all(axis=1)]
        inner = self.mesh.inside.copy()
        inner[on_rim.ravel()] = False
        return inner


def find_risks(rng: np.random.Generator, landscape: Landscape, times: float) -> tuple[RiskSites, RiskSites, RiskSites]:
    """Points, lines and areas, `times` as many as the source county has."""
    shapely.prepare(landscape.county)
    points = {kind: _points(rng, landscape, kind, _scaled(count, times)) for kind, count in POINTS.items()}
    sources = {
        RiskKind.ROAD: _road_lines(landscape),
        RiskKind.RIVER: _river_lines(landscape),
        RiskKind.GULLY: _gully_lines(landscape),
    }
    lines = {kind: _choose(rng, sources[kind], _scaled(count, times)) for kind, count in LINES.items()}
    return _sites(rng, points), _sites(rng, lines), _sites(rng, _areas(rng, landscape, times))


def _scaled(count: int, times: float) -> int:
    return max(2, round(count * times))


def _sites(rng: np.random.Generator, shapes: dict[RiskKind, list[shapely.Geometry]]) -> RiskSites:
    kinds = [kind for kind, found in shapes.items() for _ in found]
    notes = [NOTES[kind][int(rng.integers(len(NOTES[kind])))] for kind in kinds]
    flat = [shape for found in shapes.values() for shape in found]
    return RiskSites(np.array(flat, dtype=object), kinds, notes)


def _points(rng: np.random.Generator, landscape: Landscape, kind: RiskKind, count: int) -> list[shapely.Geometry]:
    """Points where such things are: wells at hamlets, mines on slopes, dangerous bends on roads, mouths of gullies."""
    mesh = landscape.mesh
    match kind:
        case RiskKind.WELL:
            places = mesh.sites[mesh.inside & (mesh.town < 0) & (mesh.size_m < 200.0)]
        case RiskKind.MINE:
            places = mesh.sites[mesh.inside & (mesh.above_stream_m > 40.0) & (mesh.size_m > 200.0)]
        case RiskKind.ROAD:
            places = mesh.corners[np.concatenate([road[1:-1] for road in landscape.roads])]
        case _:
            places = mesh.sites[mesh.inside & (mesh.above_stream_m < 25.0) & (mesh.size_m > 150.0)]
    order = rng.permutation(len(places))[: 3 * count]
    xy = landscape.ground.place(places[order] + rng.uniform(-15.0, 15.0, (len(order), 2)))
    inside = shapely.contains_xy(landscape.county, xy)
    return list(shapely.points(xy[inside][:count]))


def _choose(rng: np.random.Generator, lines: list[shapely.Geometry], count: int) -> list[shapely.Geometry]:
    """So many of the lines, in a fixed order."""
    return [lines[number] for number in sorted(rng.permutation(len(lines))[:count].tolist())]


def _inside_pieces(landscape: Landscape, lines: list[Floats], longest_m: float) -> list[shapely.Geometry]:
    """Pieces of plan lines, at most so long, as they lie on the ground; those not wholly in the county left out."""
    parts = [part for line in lines for part in _cut(line, longest_m) if len(part) >= 3]
    if not parts:
        return []
    xy = landscape.ground.place(np.concatenate(parts))
    pieces = shapely.linestrings(xy, indices=np.repeat(np.arange(len(parts)), [len(part) for part in parts]))
    return list(pieces[shapely.contains_properly(landscape.county, pieces)])


def _cut(line: Floats, longest_m: float) -> list[Floats]:
    """The line in equal pieces of about that length."""
    length = float(distances(line[:-1], line[1:]).sum())
    return np.array_split(line, max(1, round(length / longest_m)))


def _rounded(lines: list[Floats]) -> list[Floats]:
    """The lines with their corners cut."""
    if not lines:
        return []
    strokes = Strokes(np.concatenate(lines), np.repeat(np.arange(len(lines)), [len(line) for line in lines]))
    cut = cut_corners(strokes, np.ones(len(lines), dtype=bool))
    first, last = cut.bounds(len(lines))
    return [cut.xy[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]


def _road_lines(landscape: Landscape) -> list[shapely.Geometry]:
    return _inside_pieces(landscape, _rounded([landscape.mesh.corners[road] for road in landscape.roads]), 3_000.0)


def _river_lines(landscape: Landscape) -> list[shapely.Geometry]:
    """Reaches of the rivers that drain more than a few valleys."""
    rivers = landscape.rivers
    ends = np.searchsorted(rivers.river, np.arange(len(rivers.rank) + 1)).tolist()
    lines = []
    for start, end in pairwise(ends):
        large = rivers.catchment_km2[start:end] > 2.0 * STREAM_KM2
        if large.sum() > 60:
            lines.append(rivers.xy[start:end][large][::2])
    return _inside_pieces(landscape, lines, 4_000.0)


def _gully_lines(landscape: Landscape) -> list[shapely.Geometry]:
    """The small valleys above the streams, from the ridge down."""
    terrain = landscape.terrain
    small = (terrain.catchment_km2 >= 1.2) & (terrain.catchment_km2 < STREAM_KM2) & (terrain.receiver >= 0)
    heads = small & ~np.isin(np.arange(len(small)), terrain.receiver[small])
    lines = []
    for head in np.flatnonzero(heads).tolist():
        course = [head]
        while small[course[-1]] and len(course) < 8:
            course.append(int(terrain.receiver[course[-1]]))
        if len(course) >= 3:
            lines.append(terrain.points[course])
    away, _ = landscape.ground.lots.query([line[-1] for line in lines])
    curves = [curve_through(line) for line, gap in zip(lines, away.tolist(), strict=True) if gap > 900.0]
    return _inside_pieces(landscape, curves, 1e9)


def _areas(rng: np.random.Generator, landscape: Landscape, times: float) -> dict[RiskKind, list[shapely.Geometry]]:
    """Woods high up, fields low by the streams, none of them beside another or on the county's rim."""
    mesh = landscape.mesh
    to_town, _ = landscape.ground.lots.query(mesh.sites)
    country = landscape.inner & (to_town > 180.0)
    woods = country & (mesh.above_stream_m > 60.0) & (mesh.size_m > 280.0)
    fields = country & (mesh.above_stream_m < 24.0) & (mesh.size_m < 330.0)
    patch = np.full(len(mesh.sites), -1, dtype=np.int64)
    neighbours = landscape.neighbours
    count = _scaled(AREAS[RiskKind.FOREST], times)
    patch = grow_patches(rng, neighbours, woods, patch, count=count, plots=(3, 9))
    first_field = int(patch.max()) + 1
    count = _scaled(AREAS[RiskKind.FARMLAND], times)
    patch = grow_patches(rng, neighbours, fields, patch, count=count, plots=(2, 7))
    shapes = draw_patches(mesh, patch, landscape.ground)
    return {RiskKind.FOREST: shapes[:first_field], RiskKind.FARMLAND: shapes[first_field:]}
