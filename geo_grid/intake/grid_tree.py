"""Every grid's parent and code: as the file says, else by the code rule, else by where it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Fact, Finding
from geo_grid.grids import GridCode, Net, child_code, is_root, may_hold
from geo_grid.intake.digest import digest
from geo_grid.intake.grid_rows import GridRow
from geo_grid.vocabulary import PARENT_TIERS, Tier

#: Reads the ground of standing grids by their codes.
Ground = Callable[[Iterable[str]], dict[str, Any]]


def grid_tree(rows: Sequence[GridRow], net: Net, ground: Ground) -> tuple[list[GridRow], list[Finding]]:
    """The rows, each with its code and its parent ('' for a root), widest tier first, and what could not be found."""
    placed: dict[str, GridRow] = {}
    findings: list[Finding] = []
    taken = {row.code for row in rows} | net.codes_given
    shelves = _Shelves(net, ground)
    for tier in Tier:
        level = [row for row in rows if row.tier is tier]
        level, wrong = _with_parents(level, placed, net, shelves)
        findings += wrong
        level, wrong = _with_codes(level, net, taken)
        findings += wrong
        placed.update({row.code: row for row in level})
        shelves.add(level)
    findings += [finding for row in placed.values() for finding in _place_findings(row, placed, net)]
    return list(placed.values()), findings


def _with_parents(
    level: list[GridRow], placed: dict[str, GridRow], net: Net, shelves: _Shelves
) -> tuple[list[GridRow], list[Finding]]:
    """The rows of one tier with their parents; those that lie in no grid of a wider tier are told."""
    if level and is_root(level[0].tier):
        return [replace(row, parent="") for row in level], []
    found, findings = [], []
    if level and not shelves.may_hold(level[0].tier) and not any(row.parent for row in level):
        return level, [_nothing_above(level)]
    for row in level:
        parent = row.parent
        if not parent:
            by_rule = GridCode(row.code).parent
            known = by_rule is not None and (by_rule.text in placed or by_rule.text in net.grids)
            parent = by_rule.text if by_rule is not None and known else shelves.parent_of(row)
        if not parent:
            says, hint = "%(grid)s lies in no grid of a wider tier", "import its parent first, or name it"
            findings.append(Finding.of("parent_missing", row.where, says, hint, facts={"grid": _called(row)}))
        found.append(replace(row, parent=parent))
    return found, findings


def _nothing_above(level: Sequence[GridRow]) -> Finding:
    """That there is no grid at all that may hold those of a tier."""
    first = level[0]
    facts: dict[str, Fact] = {
        "rows": len(level),
        "tier": _tier(first.tier),
        "allowed": "、".join(_tier(tier) for tier in PARENT_TIERS[first.tier]),
    }
    says = (
        "%(rows)d grids of %(tier)s have nothing to lie in: neither the files nor the county have a grid of %(allowed)s"
    )
    hint = "import the wider tier first, or both together"
    return Finding.of("parent_none", first.where, says, hint, facts=facts)


def _with_codes(level: list[GridRow], net: Net, taken: set[str]) -> tuple[list[GridRow], list[Finding]]:
    """The rows with a code for each that had none: its own if it stands already, else the next by the rule."""
    bare = [row for row in level if not row.code]
    if not bare:
        return level, []
    findings = []
    standing = {(grid.tier, grid.parent or "", grid.shape): grid.code for grid in net.grids.values()}
    named = {id(row): standing.get((row.tier, row.parent, digest(row.geom))) for row in bare}
    for row in sorted((row for row in bare if named[id(row)] is None), key=_west_to_east):
        stem = row.parent or _county_digits(taken)
        if stem is None:
            says = "%(grid)s has no code, and no other one shows the county's six digits"
            hint = "give total grids codes of 9 digits"
            findings.append(Finding.of("code_missing", row.where, says, hint, facts={"grid": _called(row)}))
            continue
        code = next(code for n in range(1, 10_000) if (code := child_code(stem, row.tier, n).text) not in taken)
        taken.add(code)
        named[id(row)] = code
    return [row if row.code else replace(row, code=named[id(row)] or "") for row in level], findings


def _west_to_east(row: GridRow) -> tuple[float, float]:
    """The order of serials: west to east, then north to south."""
    inside = shapely.point_on_surface(row.geom)
    return inside.x, -inside.y


def _county_digits(taken: set[str]) -> str | None:
    """The six digits that all total grids' codes begin with."""
    stems = {code[:6] for code in taken if GridCode(code).tier is Tier.TOTAL}
    return stems.pop() if len(stems) == 1 else None


def _place_findings(row: GridRow, placed: dict[str, GridRow], net: Net) -> list[Finding]:
    """What is wrong with a row's place in the tree."""
    standing = net.grids.get(row.code)
    if standing is not None and standing.tier is not row.tier:
        says = "%(grid)s is a %(tier)s, not a %(said)s"
        named = {"grid": row.code, "tier": _tier(standing.tier), "said": _tier(row.tier)}
        return [Finding.of("tier_changed", row.where, says, "a grid keeps its tier: give another code", facts=named)]
    if standing is None and row.code in net.codes_given:
        says, hint = "code %(code)s was retired", "give a code that was never used"
        return [Finding.of("code_retired", row.where, says, hint, facts={"code": row.code})]
    if not row.parent:
        return []
    parent = placed[row.parent].tier if row.parent in placed else None
    if parent is None and row.parent in net.grids:
        parent = net.grids[row.parent].tier
    if parent is None:
        says = "the parent %(parent)s of %(grid)s is neither in the files nor in the net"
        facts: dict[str, Fact] = {"parent": row.parent, "grid": _called(row)}
        return [Finding.of("parent_missing", row.where, says, "import it first, or correct the code", facts=facts)]
    if not may_hold(parent, row.tier):
        says = "%(grid)s (%(tier)s) cannot lie in %(parent)s (%(parent_tier)s), only in a grid of %(allowed)s"
        facts = {
            "grid": _called(row),
            "tier": _tier(row.tier),
            "parent": row.parent,
            "parent_tier": _tier(parent),
            "allowed": "、".join(_tier(tier) for tier in PARENT_TIERS[row.tier]),
        }
        return [Finding.of("parent_tier", row.where, says, "pick another parent", facts=facts)]
    return []


def _tier(tier: Tier) -> str:
    """What to call a tier in a sentence of any language."""
    return f"{tier.zh} ({tier.code})"


def _called(row: GridRow) -> str:
    """What to call a grid in a sentence."""
    return row.code or row.name or "the grid"


class _Shelves:
    """The grids of each tier that are known so far, to look up which of them lies around another."""

    def __init__(self, net: Net, ground: Ground) -> None:
        self._net, self._ground = net, ground
        self._rows: dict[Tier, dict[str, Any]] = {tier: {} for tier in Tier}
        self._trees: dict[Tier, tuple[list[str], shapely.STRtree]] = {}

    def add(self, rows: Sequence[GridRow]) -> None:
        """Put grids of the files on their shelf."""
        for row in rows:
            if row.code:
                self._rows[row.tier][row.code] = row.geom

    def may_hold(self, tier: Tier) -> bool:
        """Whether there is any grid that a grid of the tier may lie in."""
        return any(self._rows[wider] or self._net.of_tier(wider) for wider in PARENT_TIERS[tier])

    def parent_of(self, row: GridRow) -> str:
        """The code of the narrowest grid that may hold the row and holds a point inside it; '' when none does."""
        inside = shapely.point_on_surface(row.geom)
        for tier in sorted(PARENT_TIERS[row.tier], key=lambda tier: -tier.rank):
            codes, tree = self._tree(tier)
            around = tree.query(inside, predicate="within")
            if len(around):
                return codes[int(np.min(around))]
        return ""

    def _tree(self, tier: Tier) -> tuple[list[str], shapely.STRtree]:
        """The shelf of one tier with its index: standing grids, those of the files in their place."""
        if tier not in self._trees:
            standing = [grid.code for grid in self._net.of_tier(tier) if grid.code not in self._rows[tier]]
            grids = self._ground(standing) | self._rows[tier] if standing else self._rows[tier]
            self._trees[tier] = (list(grids), shapely.STRtree(list(grids.values())))
        return self._trees[tier]
