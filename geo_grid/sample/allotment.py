"""Which grid holds which plot: townships down to micro grids, with the hills that nobody lives in left over."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from geo_grid.sample.mesh import Mesh
from geo_grid.sample.noise import Flags, Floats, Ints
from geo_grid.sample.plots import pieces, plot_costs, spill_over, valley_costs
from geo_grid.sample.seeds import apportion, nearest_seed, spread_seeds
from geo_grid.sample.settlements import Kind, Settlements
from geo_grid.sample.size import CountySize
from geo_grid.sample.streets import Town, bisect_lots
from geo_grid.vocabulary import Tier

REMAINDER_SHARE = 0.27
TOWNSHIP_REMAINDER_SHARE = 0.05
#: A plot belongs to the town when the lots within this reach lean to no side by more than that.
SURROUNDED_M, LEAN_M = 320.0, 134.0


@dataclass
class Family:
    """The grids while they are being made: tier and parent of each; a parent comes before its children."""

    tier: list[Tier] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)

    def add(self, tier: Tier, parent: int) -> int:
        """The index of a new grid."""
        self.tier.append(tier)
        self.parent.append(parent)
        return len(self.tier) - 1

    def ancestors(self, grid: int) -> list[int]:
        """The grid, its parent, and so on up to the TOTAL grid."""
        line = [grid]
        while self.parent[line[-1]] >= 0:
            line.append(self.parent[line[-1]])
        return line


@dataclass(frozen=True)
class Allotment:
    """A family of grids and the ground that each holds itself."""

    family: Family
    owner: Ints
    """(plots,) the grid that holds the plot itself: a leaf, or a parent whose remainder it is; −1 outside"""
    sub_grid: Ints
    """(subs,) the grid of each settlement"""


def allot(
    rng: np.random.Generator, mesh: Mesh, settlements: Settlements, towns: list[Town], size: CountySize
) -> Allotment:
    """The whole county given out, with every count but that of SPECIAL grids as `size` says."""
    family = Family()
    totals = [family.add(Tier.TOTAL, -1) for _ in range(size.total)]
    subs = [family.add(Tier.SUB, totals[township]) for township in settlements.sub_township.tolist()]
    owner = np.full(len(mesh.sites), -1, dtype=np.int64)
    _allot_town(family, owner, settlements, towns[0], subs)
    owner = _fill_town(mesh, owner)
    _allot_country(rng, family, owner, mesh, settlements, subs)
    owner = spill_over(mesh, owner, mesh.inside)
    return Allotment(family, owner, np.array(subs))


def _branch_groups(family: Family, sub: int, branches: int, groups: int) -> list[tuple[int, int]]:
    """New BRANCH grids under a SUB grid with the number of groups in each; the SUB grid itself when it has none."""
    if branches == 0:
        return [(sub, groups)]
    shares = apportion(groups, np.ones(branches), least=1)
    return [(family.add(Tier.BRANCH, sub), int(share)) for share in shares]


def _allot_town(family: Family, owner: Ints, settlements: Settlements, town: Town, subs: list[int]) -> None:
    """The county town's lots cut along its streets into communities, branches, groups and micro grids."""
    chosen = [s for s, kind in enumerate(settlements.sub_kind) if kind is Kind.COMMUNITY]
    micros, groups, branches = settlements.sub_micros, settlements.sub_groups, settlements.sub_branches
    community = bisect_lots(town.column, town.row, micros[chosen])
    for position, sub in enumerate(chosen):
        lots = np.flatnonzero(community == position)
        in_groups = apportion(int(micros[sub]), np.ones(int(groups[sub])), least=1)
        within = _branch_groups(family, subs[sub], int(branches[sub]), int(groups[sub]))
        bounds = np.cumsum([0] + [count for _, count in within])
        weights = np.array([in_groups[a:b].sum() for a, b in pairwise(bounds.tolist())])
        part = bisect_lots(town.column[lots], town.row[lots], weights)
        for number, (parent, _) in enumerate(within):
            shares = in_groups[bounds[number] : bounds[number + 1]]
            _allot_lots(family, owner, town, lots[part == number], parent, shares)


def _allot_lots(family: Family, owner: Ints, town: Town, lots: Ints, parent: int, micros: Ints) -> None:
    """The lots of one parent cut into groups, one per entry of `micros`, and those into so many micro grids."""
    group_of_lot = bisect_lots(town.column[lots], town.row[lots], micros)
    for position, count in enumerate(micros.tolist()):
        group = family.add(Tier.GROUP, parent)
        own = lots[group_of_lot == position]
        micro = bisect_lots(town.column[own], town.row[own], np.ones(count, dtype=np.int64))
        numbers = np.array([family.add(Tier.MICRO, group) for _ in range(count)])
        owner[own] = numbers[micro]


def _fill_town(mesh: Mesh, owner: Ints) -> Ints:
    """The town's grids grown over the strips between its lots and the water: whatever has lots on all sides."""
    lots = mesh.sites[mesh.town == 0]
    others = np.flatnonzero(mesh.inside & (mesh.town != 0))
    near = cKDTree(lots).query_ball_point(mesh.sites[others], SURROUNDED_M, return_sorted=True)
    surrounded = np.zeros(len(owner), dtype=bool)
    for plot, hits in zip(others.tolist(), near, strict=True):
        if len(hits) >= 8:
            lean = lots[hits].mean(axis=0) - mesh.sites[plot]
            surrounded[plot] = float((lean * lean).sum()) < LEAN_M * LEAN_M
    return spill_over(mesh, owner, surrounded | ((mesh.town == 0) & mesh.inside))


def _allot_country(
    rng: np.random.Generator, family: Family, owner: Ints, mesh: Mesh, settlements: Settlements, subs: list[int]
) -> None:
    """The ground outside the county town: every hamlet a group, cut into micro grids; far hills left to the parents."""
    usable = mesh.inside & (owner < 0)
    hamlet, reach = _hamlet_ground(mesh, usable, settlements)
    reached = usable & (hamlet >= 0)
    hamlet_sub = settlements.hamlet_sub
    left_over = _left_over(rng, mesh, reached, hamlet, reach, settlements)
    sub_of_plot = np.where(reached, hamlet_sub[hamlet], -1)
    total_of_plot = np.where(reached, settlements.sub_township[sub_of_plot], -1)
    owner[left_over == 1] = np.array(subs)[sub_of_plot[left_over == 1]]
    owner[left_over == 2] = total_of_plot[left_over == 2]
    hamlet = np.where(reached & (left_over == 0), hamlet, -1)
    costs = plot_costs(mesh, hamlet >= 0)
    by_hamlet = np.argsort(hamlet, kind="stable")
    bounds = np.searchsorted(hamlet[by_hamlet], np.arange(len(hamlet_sub) + 1))
    for sub in np.unique(hamlet_sub).tolist():
        hamlets = np.flatnonzero(hamlet_sub == sub)
        grounds = [np.sort(by_hamlet[bounds[h] : bounds[h + 1]]) for h in hamlets]
        parents = _parents_of_hamlets(
            family, subs[sub], settlements.hamlet_xy[hamlets], int(settlements.sub_branches[sub])
        )
        plots = np.array([len(ground) for ground in grounds])
        micros = apportion(
            int(settlements.sub_micros[sub]), np.sqrt(plots), least=np.minimum(2, plots), most=np.maximum(plots // 2, 1)
        )
        for ground, parent, count in zip(grounds, parents, micros.tolist(), strict=True):
            group = family.add(Tier.GROUP, parent)
            inner = costs[ground][:, ground]
            seeds = spread_seeds(inner, mesh.sites[ground], count)
            part, _ = nearest_seed(inner, seeds)
            numbers = np.array([family.add(Tier.MICRO, group) for _ in range(count)])
            owner[ground] = np.where(part >= 0, numbers[part], -1)


def _hamlet_ground(mesh: Mesh, usable: Flags, settlements: Settlements) -> tuple[Ints, Floats]:
    """The hamlet nearest to each usable plot and what it costs to get there; small cut-off bits go to neighbours."""
    free = np.flatnonzero(usable)
    _, nearest = cKDTree(mesh.sites[free]).query(settlements.hamlet_xy, k=min(40, len(free)))
    seeds: dict[int, None] = {}
    for choices in free[nearest].tolist():
        seeds[next(plot for plot in choices if plot not in seeds)] = None
    return nearest_seed(valley_costs(mesh, usable), np.array(list(seeds)))


def _left_over(
    rng: np.random.Generator, mesh: Mesh, reached: Flags, hamlet: Ints, reach: Floats, settlements: Settlements
) -> Ints:
    """What becomes of each plot: 0 lived on, 1 left over to the SUB grid, 2 left over to the TOTAL grid."""
    area = mesh.size_m * mesh.size_m
    order = np.argsort(np.where(reached, -reach, np.inf), kind="stable")
    farthest = np.cumsum(area[order]) / area[reached].sum()
    sub = np.where(reached, settlements.hamlet_sub[hamlet], -1)
    keeps_hills = rng.uniform(0.0, 1.0, len(settlements.sub_kind)) < 0.72
    answer = np.zeros(len(reach), dtype=np.int64)
    empty = np.zeros(len(reach), dtype=bool)
    empty[order[farthest < REMAINDER_SHARE]] = True
    empty &= reached & keeps_hills[sub]
    answer[empty] = 1
    far = np.zeros(len(reach), dtype=bool)
    far[order[farthest < TOWNSHIP_REMAINDER_SHARE]] = True
    township = np.where(reached, settlements.sub_township[sub], -1)
    _, forest = pieces(mesh, np.where(far & reached & (township % 2 == 1), township, -1))
    answer[far & reached & (township % 2 == 1) & (forest >= 12)] = 2
    label = np.where(answer == 1, sub, np.where(answer == 2, township + len(settlements.sub_kind), -1))
    _, plots = pieces(mesh, label)
    answer[plots < 5] = 0
    return answer


def _parents_of_hamlets(family: Family, sub: int, places: Floats, branches: int) -> list[int]:
    """The parent of each hamlet's group: one of the SUB grid's new branches by neighbourhood, or the SUB grid."""
    if branches == 0:
        return [sub] * len(places)
    column, row = (np.argsort(np.argsort(places[:, axis], kind="stable"), kind="stable") for axis in (0, 1))
    part = bisect_lots(column, row, np.ones(branches, dtype=np.int64))
    made = [family.add(Tier.BRANCH, sub) for _ in range(branches)]
    return [made[number] for number in part.tolist()]
