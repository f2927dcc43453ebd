"""Special grids: schools, hospitals, works, reservoirs and the like, carved out of the ground of other grids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from geo_grid.sample.allotment import Allotment
from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Ints
from geo_grid.sample.plots import Neighbours
from geo_grid.sample.seeds import apportion
from geo_grid.vocabulary import Tier


class Setting(Enum):
    """The kind of ground a special grid is carved from."""

    TOWN = "the county town"
    SEAT = "a small town"
    VILLAGE = "near a hamlet"
    SLOPE = "a micro grid's far ground"
    STREAM = "on both banks of a stream"
    HILLS = "ground that no micro grid covers"


@dataclass(frozen=True)
class SpecialKind:
    """A sort of special grid: where it lies, over how many plots, how often, how many households it may hold."""

    name: str
    setting: Setting
    plots: tuple[int, int]
    weight: float
    households: tuple[int, int]


KINDS = (
    SpecialKind("小学", Setting.TOWN, (2, 4), 8, (0, 4)),
    SpecialKind("中学", Setting.TOWN, (5, 9), 5, (2, 12)),
    SpecialKind("幼儿园", Setting.TOWN, (1, 2), 8, (0, 1)),
    SpecialKind("医院", Setting.TOWN, (3, 6), 4, (0, 8)),
    SpecialKind("集贸市场", Setting.TOWN, (2, 4), 5, (0, 20)),
    SpecialKind("商贸城", Setting.TOWN, (2, 5), 4, (0, 18)),
    SpecialKind("公园", Setting.TOWN, (3, 8), 4, (0, 1)),
    SpecialKind("机关大院", Setting.TOWN, (2, 4), 6, (0, 16)),
    SpecialKind("汽车站", Setting.TOWN, (2, 3), 2, (0, 2)),
    SpecialKind("食品厂", Setting.TOWN, (2, 5), 5, (0, 10)),
    SpecialKind("中心校", Setting.SEAT, (2, 4), 6, (0, 10)),
    SpecialKind("卫生院", Setting.SEAT, (1, 2), 6, (0, 6)),
    SpecialKind("政府大院", Setting.SEAT, (1, 2), 6, (0, 8)),
    SpecialKind("农贸市场", Setting.SEAT, (1, 3), 6, (0, 12)),
    SpecialKind("小学", Setting.VILLAGE, (1, 2), 22, (0, 3)),
    SpecialKind("砖厂", Setting.VILLAGE, (1, 3), 8, (0, 5)),
    SpecialKind("养殖合作社", Setting.VILLAGE, (1, 3), 16, (0, 3)),
    SpecialKind("核桃加工厂", Setting.VILLAGE, (1, 2), 10, (0, 3)),
    SpecialKind("敬老院", Setting.VILLAGE, (1, 2), 6, (0, 15)),
    SpecialKind("光伏电站", Setting.SLOPE, (1, 3), 16, (0, 0)),
    SpecialKind("洗煤厂", Setting.SLOPE, (1, 3), 10, (0, 6)),
    SpecialKind("煤矿", Setting.SLOPE, (2, 5), 10, (0, 12)),
    SpecialKind("采石场", Setting.SLOPE, (1, 2), 8, (0, 2)),
    SpecialKind("水库", Setting.STREAM, (3, 7), 8, (0, 1)),
    SpecialKind("林场", Setting.HILLS, (4, 12), 10, (0, 3)),
    SpecialKind("风景区", Setting.HILLS, (6, 16), 8, (0, 4)),
    SpecialKind("风电场", Setting.HILLS, (3, 8), 8, (0, 0)),
    SpecialKind("自然保护站", Setting.HILLS, (2, 6), 6, (0, 1)),
)


#: The ground of a small school: nothing smaller becomes a special grid.
LEAST_M2 = 2_400.0
#: What smooth borders leave of a single plot in the country.
ROUNDED_OFF = 0.5


@dataclass(frozen=True)
class Carved:
    """An allotment with its special grids, and what each of them is."""

    allotment: Allotment
    kind: dict[int, SpecialKind]


@dataclass
class _Carving:
    """The state of the work: who owns which plot, and what may still be taken."""

    mesh: Mesh
    neighbours: Neighbours
    allotment: Allotment
    owner: Ints
    area_m2: Floats
    """(plots,) on the ground"""
    left: Ints
    """(grids,) plots that each grid still has"""
    taken: Flags

    def may_take(self, plots: list[int]) -> bool:
        """Whether the plots are worth a grid and can go without any grid losing too much, or falling apart."""
        if self.taken[plots].any() or self.area_m2[plots].sum() < LEAST_M2:
            return False
        for grid in sorted({int(self.owner[plot]) for plot in plots}):
            gone = [plot for plot in plots if self.owner[plot] == grid]
            if self.left[grid] - len(gone) < max(2, 0.45 * self.left[grid]) or not self._holds_together(grid, gone):
                return False
        return True

    def _holds_together(self, grid: int, gone: list[int]) -> bool:
        """Whether a leaf stays in one piece without the plots; a parent's remainder may fall apart."""
        if not self.allotment.family.tier[grid].is_leaf:
            return True
        rest = np.flatnonzero(self.owner == grid)
        rest = rest[~np.isin(rest, gone)]
        found = {int(rest[0])}
        queue = [int(rest[0])]
        allowed = set(rest.tolist())
        while queue:
            for other in self.neighbours.of(queue.pop()):
                if other in allowed and other not in found:
                    found.add(other)
                    queue.append(other)
        return len(found) == len(rest)

    def take(self, plots: list[int], grid: int) -> None:
        """Gives the plots to a grid; no other special grid will come right beside them."""
        np.subtract.at(self.left, self.owner[plots], 1)
        self.owner[plots] = grid
        for plot in plots:
            self.taken[[plot, *self.neighbours.of(plot)]] = True


def carve_specials(
    rng: np.random.Generator,
    mesh: Mesh,
    neighbours: Neighbours,
    allotment: Allotment,
    area_m2: Floats,
    count: int,
) -> Carved:
    """The allotment with exactly `count` special grids carved out of it."""
    family = allotment.family
    carving = _Carving(
        mesh=mesh,
        neighbours=neighbours,
        allotment=allotment,
        owner=allotment.owner.copy(),
        area_m2=np.where(mesh.town >= 0, area_m2, ROUNDED_OFF * area_m2),
        left=np.bincount(allotment.owner[mesh.inside], minlength=len(family.tier) + count),
        taken=~mesh.inside,
    )
    grounds = {setting: np.flatnonzero(_ground(mesh, allotment, setting)) for setting in Setting}
    shares = apportion(count, np.array([kind.weight for kind in KINDS]))
    made: dict[int, SpecialKind] = {}
    for kind, share in zip(KINDS, shares.tolist(), strict=True):
        for _ in range(share):
            plots = _find_place(rng, carving, kind, grounds)
            grid = family.add(Tier.SPECIAL, _parent(allotment, carving.owner[plots]))
            carving.take(plots, grid)
            made[grid] = kind
    return Carved(replace(allotment, owner=carving.owner), made)


def _ground(mesh: Mesh, allotment: Allotment, setting: Setting) -> Flags:
    """The plots of a setting."""
    leaf = np.array([tier.is_leaf for tier in allotment.family.tier])
    lived_on = mesh.inside & leaf[allotment.owner]
    near = mesh.size_m < 190.0
    by_stream = np.zeros(len(near), dtype=bool)
    by_stream[mesh.edge_plots[(mesh.edge_catchment_km2 > 0) & (mesh.edge_catchment_km2 < 45.0)]] = True
    grounds = {
        Setting.TOWN: lived_on & (mesh.town == 0),
        Setting.SEAT: lived_on & (mesh.town > 0),
        Setting.VILLAGE: lived_on & (mesh.town < 0) & near,
        Setting.SLOPE: lived_on & ~near,
        Setting.STREAM: lived_on & (mesh.town < 0) & by_stream & (mesh.size_m > 130.0),
        Setting.HILLS: mesh.inside & ~leaf[allotment.owner],
    }
    return np.asarray(grounds[setting])


def _find_place(
    rng: np.random.Generator, carving: _Carving, kind: SpecialKind, grounds: dict[Setting, Ints]
) -> list[int]:
    """Plots that a special grid of that kind can take: on its own ground when there is any, else wherever there is."""
    wanted = int(rng.integers(kind.plots[0], kind.plots[1] + 1))
    everywhere = np.concatenate([grounds[Setting.VILLAGE], grounds[Setting.SLOPE], grounds[Setting.TOWN]])
    for ground, size, tries in ((grounds[kind.setting], wanted, 60), (everywhere, 1, 4_000)):
        for _ in range(tries if len(ground) else 0):
            plots = _grow(rng, carving, int(ground[rng.integers(len(ground))]), size)
            if plots and carving.may_take(plots):
                return plots
    raise ValueError(f"no room is left for a special grid ({kind.name})")


def _grow(rng: np.random.Generator, carving: _Carving, first: int, size: int) -> list[int]:
    """A compact clump of `size` plots around `first`, over at most three grids; empty when it cannot grow."""
    if carving.taken[first]:
        return []
    plots = [first]
    while len(plots) < size:
        rim = sorted({other for plot in plots for other in carving.neighbours.of(plot)} - set(plots))
        rim = [plot for plot in rim if not carving.taken[plot] and carving.owner[plot] >= 0]
        if not rim:
            return []
        middle = carving.mesh.sites[plots].mean(axis=0)
        offset = carving.mesh.sites[rim] - middle
        far = np.sqrt((offset * offset).sum(axis=1)) / carving.mesh.size_m[rim]
        strange = np.array([carving.owner[plot] != carving.owner[first] for plot in rim])
        plots.append(rim[int(np.argmin(far + 0.35 * strange + rng.uniform(0.0, 0.4, len(rim))))])
    owners = carving.owner[plots]
    return plots if len(np.unique(owners)) <= 3 and _parent(carving.allotment, owners) >= 0 else []


def _parent(allotment: Allotment, owners: Ints) -> int:
    """The narrowest grid that may hold a special grid and holds all of its ground; −1 over several townships."""
    lines = [allotment.family.ancestors(grid) for grid in sorted({int(owner) for owner in owners})]
    shared = set(lines[0]).intersection(*lines[1:])
    for grid in lines[0]:
        if grid in shared and not allotment.family.tier[grid].is_leaf:
            return grid
    return -1


def add_exclaves(
    rng: np.random.Generator, mesh: Mesh, neighbours: Neighbours, carved: Carved, area_m2: Floats, count: int
) -> Carved:
    """The allotment with `count` micro grids that own a plot inside another group's ground, as real ones do."""
    allotment = carved.allotment
    owner = allotment.owner.copy()
    tier, parent = allotment.family.tier, np.array(allotment.family.parent)
    micro = np.array([each is Tier.MICRO for each in tier])
    sites = np.flatnonzero((owner >= 0) & micro[owner] & (mesh.town < 0))
    left = np.bincount(owner[owner >= 0])
    carving = _Carving(mesh, neighbours, allotment, owner, area_m2, left, ~mesh.inside)
    special = np.array([each is Tier.SPECIAL for each in tier])
    near_special = np.unique(mesh.edge_plots[(special[owner] & (owner >= 0))[mesh.edge_plots].any(axis=1)])
    carving.taken[near_special] = True
    done = 0
    for plot in rng.permutation(sites).tolist():
        if done == count:
            break
        beside = neighbours.of(plot)
        inner = all(owner[other] >= 0 and parent[owner[other]] == parent[owner[plot]] for other in beside)
        if not inner or not carving.may_take([plot]):
            continue
        offset = mesh.sites[sites] - mesh.sites[plot]
        reach = 600.0 + 2_000.0 * float(rng.uniform())
        near = sites[((offset * offset).sum(axis=1) < reach * reach) & (parent[owner[sites]] != parent[owner[plot]])]
        if len(near):
            carving.take([plot], int(owner[near[rng.integers(len(near))]]))
            done += 1
    return Carved(replace(allotment, owner=carving.owner), carved.kind)
