"""Risk sites of the seven kinds: points, lines along rivers, roads and gullies, woods and fields."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo_grid.sample.borders import Strokes, cut_corners, to_lattice
from geo_grid.sample.drawing import Ground
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Floats, Geometries, Ints
from geo_grid.sample.rivers import Rivers
from geo_grid.sample.terrain import STREAM_KM2, Terrain
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
    roads: list[Ints]
    ground: Ground
    county: shapely.Geometry

    def lie(self, xy: Floats) -> Floats:
        """Plan places on the ground, on the lattice."""
        return to_lattice(self.ground.place(xy))


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
    areas = {kind: _areas(rng, landscape, kind, _scaled(count, times)) for kind, count in AREAS.items()}
    return _sites(rng, points), _sites(rng, lines), _sites(rng, areas)


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
    xy = landscape.lie(places[order] + rng.uniform(-15.0, 15.0, (len(order), 2)))
    inside = shapely.contains_xy(landscape.county, xy)
    return list(shapely.points(xy[inside][:count]))


def _choose(rng: np.random.Generator, lines: list[shapely.Geometry], count: int) -> list[shapely.Geometry]:
    """So many of the lines, in a fixed order."""
    return [lines[number] for number in sorted(rng.permutation(len(lines))[:count].tolist())]


def _inside_pieces(landscape: Landscape, lines: list[Floats], longest_m: float) -> list[shapely.Geometry]:
    """Pieces of plan lines, at most so long, as they lie on the ground; those not wholly in the county left out."""
    pieces = []
    for line in lines:
        step = line[1:] - line[:-1]
        length = float(np.sqrt((step * step).sum(axis=1)).sum())
        count = max(1, round(length / longest_m))
        for part in np.array_split(np.arange(len(line)), count):
            if len(part) >= 3:
                xy = landscape.lie(line[part])
                pieces.append(shapely.LineString(xy))
    if not pieces:
        return []
    kept = shapely.contains_properly(landscape.county, np.array(pieces, dtype=object))
    return [piece for piece, is_inside in zip(pieces, kept.tolist(), strict=True) if is_inside]


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
    lines = []
    for number in range(len(rivers.rank)):
        own = (rivers.river == number) & (rivers.catchment_km2 > 2.0 * STREAM_KM2)
        if own.sum() > 60:
            lines.append(rivers.xy[own][::2])
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
    return _inside_pieces(landscape, _rounded(_rounded(lines)), 1e9)


def _areas(rng: np.random.Generator, landscape: Landscape, kind: RiskKind, count: int) -> list[shapely.Geometry]:
    """Woods high up, fields low by the streams: rounded patches of a few plots' size."""
    mesh = landscape.mesh
    if kind is RiskKind.FOREST:
        ground, radius = mesh.inside & (mesh.above_stream_m > 70.0) & (mesh.size_m > 300.0), (220.0, 620.0)
    else:
        ground, radius = mesh.inside & (mesh.above_stream_m < 22.0) & (mesh.town < 0), (70.0, 260.0)
    sites = mesh.sites[ground]
    found: list[shapely.Geometry] = []
    for number in rng.permutation(len(sites)).tolist():
        if len(found) == count:
            break
        patch = _patch(rng, landscape, sites[number], float(rng.uniform(*radius)))
        if patch.is_valid and shapely.contains_properly(landscape.county, patch):
            found.append(patch)
    return found


def _patch(rng: np.random.Generator, landscape: Landscape, middle: Floats, radius_m: float) -> shapely.Geometry:
    """A patch of wavering outline around a place."""
    corners = 12
    turn = np.array([[0, 1], [0.5, 0.866], [0.866, 0.5], [1, 0], [0.866, -0.5], [0.5, -0.866]])
    circle = np.concatenate([turn, -turn])
    reach = radius_m * rng.uniform(0.65, 1.25, corners)
    stretch = np.array([rng.uniform(0.6, 1.6), 1.0])
    outline = circle * reach[:, None] * stretch
    for _ in range(2):
        after = np.roll(outline, -1, axis=0)
        outline = np.stack([0.75 * outline + 0.25 * after, 0.25 * outline + 0.75 * after], axis=1).reshape(-1, 2)
    return shapely.normalize(shapely.Polygon(landscape.lie(middle + outline)))
