"""Makes a whole synthetic county: ground, grids, households, workers, risk sites and centres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo_grid.sample.addresses import Addresses, address_households
from geo_grid.sample.allotment import Family, allot
from geo_grid.sample.borders import Borders
from geo_grid.sample.centres import Centres, open_centres
from geo_grid.sample.codes import FIRST_COUNTY_CODE, code_grids
from geo_grid.sample.drawing import Ground, draw_borders, outline_grids
from geo_grid.sample.households import Doors, count_households, place_households
from geo_grid.sample.mesh import Mesh, make_mesh
from geo_grid.sample.naming import Naming, name_grids
from geo_grid.sample.noise import Floats, Geometries, Ints, make_warp
from geo_grid.sample.place_names import shuffle_place_names
from geo_grid.sample.plots import find_neighbours, plot_areas_m2
from geo_grid.sample.risks import Landscape, RiskSites, find_risks
from geo_grid.sample.rivers import Rivers, trace_rivers
from geo_grid.sample.roads import trace_roads
from geo_grid.sample.settlements import Kind, Settlements, settle
from geo_grid.sample.size import SOURCE_COUNTY, CountySize
from geo_grid.sample.specials import Carved, add_exclaves, carve_specials
from geo_grid.sample.staff import Staff, staff_county
from geo_grid.sample.streets import Town, lay_out_town
from geo_grid.sample.terrain import Terrain, make_terrain
from geo_grid.vocabulary import Tier

#: The middle of the first county: about 111° E, 36° N in EPSG:4546.
ORIGIN = np.array([500_000.0, 3_986_000.0])
#: How rough borders are: displacement as a part of each wavelength in metres.
ROUGHNESS = {1_300.0: 0.13, 620.0: 0.14, 300.0: 0.18, 150.0: 0.2, 75.0: 0.18, 38.0: 0.13}
STAGES = ("land", "grids", "borders", "households", "people", "risk sites")


@dataclass(frozen=True)
class SampleCounty:
    """Everything of one synthetic county, on the lattice of EPSG:4546."""

    code: str
    family: Family
    codes: list[str]
    names: list[str]
    own: Geometries
    """(grids,) the ground each grid holds itself; None for a parent without remainder"""
    geom: Geometries
    """(grids,) the ground of each grid, its children's included"""
    doors: Doors
    addresses: Addresses
    staff: Staff
    risk_points: RiskSites
    risk_lines: RiskSites
    risk_areas: RiskSites
    centres: Centres


@dataclass(frozen=True)
class _Land:
    terrain: Terrain
    settlements: Settlements
    rivers: Rivers
    towns: list[Town]
    mesh: Mesh
    ground: Ground


def make_county(
    rng: np.random.Generator, size: CountySize, *, number: int = 0, advance: Callable[[str], None] = lambda _: None
) -> SampleCounty:
    """A county of exactly that size.

    Parameters
    ----------
    number
        Which of several counties: it gets a code and ground of its own.
    advance
        Called with the name of each of `STAGES` as it begins.
    """
    advance("land")
    land = _make_land(rng, size, ORIGIN + place_of_county(number, size))
    advance("grids")
    carved = _make_grids(rng, land, size)
    family, owner = carved.allotment.family, carved.allotment.owner
    county_code = str(FIRST_COUNTY_CODE + number)
    middles = _middles(family, owner, land.mesh)
    codes, names, sub_kind = _label(rng, carved, land, middles, county_code)
    advance("borders")
    borders, ground = draw_borders(land.mesh, owner, land.ground)
    land = replace(land, ground=ground)
    own, geom = _outline(family, borders)
    advance("households")
    counts = count_households(rng, carved, size.households)
    doors = place_households(rng, land.mesh, carved, land.ground, counts, own)
    addresses = address_households(rng, family, codes, names, doors)
    advance("people")
    staff = staff_county(rng, family, sub_kind, middles, doors.leaf)
    centres = open_centres(rng, family, codes, names, doors, addresses.texts)
    advance("risk sites")
    risks = _find_risks(rng, land, family, geom, size)
    return SampleCounty(county_code, family, codes, names, own, geom, doors, addresses, staff, *risks, centres)


def place_of_county(number: int, size: CountySize) -> Floats:
    """Where county `number` lies from the first: rows of three, far enough apart not to touch."""
    pitch_m = 1.7 * 1000.0 * float(np.sqrt(size.area_km2))
    column, row = ((0, 1, -1)[number % 3], number // 3)
    return np.asarray(np.rint(np.array([column * pitch_m, row * pitch_m])))


def _make_land(rng: np.random.Generator, size: CountySize, origin: Floats) -> _Land:
    terrain = make_terrain(rng, size.area_km2)
    settlements = settle(rng, terrain, size)
    rivers = trace_rivers(rng, terrain)
    towns = _lay_out_towns(rng, terrain, settlements, rivers)
    mesh = make_mesh(rng, terrain, settlements, rivers, towns)
    lots = cKDTree(np.concatenate([town.xy for town in towns]))
    ground = Ground(make_warp(rng, ROUGHNESS), lots, origin, calm=np.zeros((0, 2)))
    return _Land(terrain, settlements, rivers, towns, mesh, ground)


def _lay_out_towns(rng: np.random.Generator, terrain: Terrain, settlements: Settlements, rivers: Rivers) -> list[Town]:
    """The county town with all its communities, and a small town at every other seat."""
    towns = []
    for number, seat in enumerate(settlements.seat.tolist()):
        urban = [
            sub
            for sub, kind in enumerate(settlements.sub_kind)
            if settlements.sub_township[sub] == number and kind is not Kind.VILLAGE
        ]
        micros = int(settlements.sub_micros[urban].sum())
        lots, pitch_m = (4.2 * micros, 55.0) if number == 0 else (1.6 * micros + 12, 62.0)
        towns.append(lay_out_town(rng, terrain.points[seat], int(lots), pitch_m, rivers))
    return towns


def _make_grids(rng: np.random.Generator, land: _Land, size: CountySize) -> Carved:
    allotment = allot(rng, land.mesh, land.settlements, land.towns, size)
    neighbours = find_neighbours(land.mesh)
    areas_m2 = plot_areas_m2(land.mesh, land.ground)
    carved = carve_specials(rng, land.mesh, neighbours, allotment, areas_m2, size.special)
    return add_exclaves(rng, land.mesh, neighbours, carved, areas_m2, round(size.micro / 130))


def _middles(family: Family, owner: Ints, mesh: Mesh) -> Floats:
    """The mean place of each grid's plots, on the plan."""
    count = len(family.tier)
    sums = np.zeros((count, 3))
    held = owner >= 0
    for axis in (0, 1):
        sums[:, axis] = np.bincount(owner[held], mesh.sites[held, axis], minlength=count)
    sums[:, 2] = np.bincount(owner[held], minlength=count)
    rank = np.array([tier.rank for tier in family.tier])
    for grid in np.argsort(-rank, kind="stable").tolist():
        if family.parent[grid] >= 0:
            sums[family.parent[grid]] += sums[grid]
    return np.asarray(sums[:, :2] / sums[:, 2:])


def _label(
    rng: np.random.Generator, carved: Carved, land: _Land, middles: Floats, county_code: str
) -> tuple[list[str], list[str], dict[int, Kind]]:
    """Codes and names of the grids, and what each SUB grid is."""
    family, settlements = carved.allotment.family, land.settlements
    sub_kind = dict(zip(carved.allotment.sub_grid.tolist(), settlements.sub_kind, strict=True))
    totals = [grid for grid, tier in enumerate(family.tier) if tier is Tier.TOTAL]
    urban = [grid in totals[: (len(totals) + 1) // 2] for grid in range(len(family.tier))]
    for sub, kind in sub_kind.items():
        urban[sub] = kind is not Kind.VILLAGE
    codes = code_grids(family, middles, urban, county_code)
    naming = Naming(codes, middles, urban, sub_kind, carved.kind)
    return codes, name_grids(family, shuffle_place_names(rng), naming), sub_kind


def _outline(family: Family, borders: Borders) -> tuple[Geometries, Geometries]:
    """Own ground and whole ground of every grid."""
    count = len(family.tier)
    rank = np.array([tier.rank for tier in family.tier] + [0])
    parent = np.array([*family.parent, -1])
    own = outline_grids(borders, np.append(np.arange(count), -1))
    geom = own.copy()
    at = np.append(np.arange(count), -1)
    for tier in reversed(Tier):
        climbing = (at >= 0) & (rank[at] > tier.rank)
        at = np.where(climbing, parent[at], at)
        if not tier.is_leaf:
            of_tier = rank[:-1] == tier.rank
            geom[of_tier] = outline_grids(borders, np.where((at >= 0) & (rank[at] == tier.rank), at, -1))[of_tier]
    return own, geom


def _find_risks(
    rng: np.random.Generator, land: _Land, family: Family, geom: Geometries, size: CountySize
) -> tuple[RiskSites, RiskSites, RiskSites]:
    totals = [grid for grid, tier in enumerate(family.tier) if tier is Tier.TOTAL]
    county = shapely.coverage_union_all(geom[totals])
    hub = land.terrain.points[land.settlements.seat[0]]
    roads = trace_roads(land.mesh, hub, land.settlements.hamlet_xy)
    neighbours = find_neighbours(land.mesh)
    landscape = Landscape(land.terrain, land.rivers, land.mesh, neighbours, roads, land.ground, county)
    return find_risks(rng, landscape, size.households / SOURCE_COUNTY.households)
