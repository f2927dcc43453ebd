"""What an import does to the net: which grids are new or changed, and what every touched one owns itself then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.grids import Grid, GridVersion, Net, is_root
from geo_grid.intake.digest import digest
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.grid_tree import Ground
from geo_grid.intake.ground_faults import family_faults, slivers, thin_holes
from geo_grid.intake.tally import NOTHING, Tally
from geo_grid.intake.width import told_too_wide
from geo_grid.partition import CutRings, Cuts, cuts_in, cuts_like, joined, nest, outline
from geo_grid.partition.chain import TooWide
from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class GridPlan:
    """The versions to write, by code; `own` holds the new ground of every grid whose ground changes (None: none).

    `county` is the new outline's WKB, None when it stays. `shapes` are those that bound families: the code of a
    grid (None: the county), and whether it is the remainder that the grid owns itself. `cuts` says where their borders
    meet, None where nobody looked.
    """

    tally: Tally = NOTHING
    by_tier: dict[Tier, int] = field(default_factory=dict)
    versions: Sequence[GridVersion] = ()
    own: dict[str, Any] = field(default_factory=dict)
    county: bytes | None = None
    shapes: Sequence[tuple[str | None, bool]] = ()
    cuts: Cuts | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """How a row differs from what stands."""

    row: GridRow
    standing: Grid | None
    ground: bool

    @property
    def written(self) -> bool:
        """Whether there is anything to write."""
        old = self.standing
        return old is None or self.ground or (old.parent or "") != self.row.parent or old.name != self.row.name


def plan_grids(
    rows: Sequence[GridRow], net: Net, ground: Ground, leaving: Sequence[Grid] = ()
) -> tuple[GridPlan, list[Finding]]:
    """What the rows do to the net, and why they may not; the `leaving` grids, no longer in `net`, are retired."""
    changes = [_change(row, net) for row in rows]
    written = [change for change in changes if change.written]
    tally = Tally(
        new=sum(change.standing is None for change in written),
        changed=sum(change.standing is not None for change in written),
        unchanged=len(changes) - len(written),
    )
    if not written and not leaving:
        return GridPlan(tally), []
    forest = _Forest(written, net, ground, leaving)
    try:
        findings = forest.settle()
        region, wrong = forest.outline()
    except TooWide as far:
        return GridPlan(tally), [told_too_wide(far)]
    findings += wrong
    if errors_in(findings):
        return GridPlan(tally), findings
    by_tier = {tier: sum(change.row.tier is tier for change in written) for tier in Tier}
    own = forest.changed_ground() | {grid.code: None for grid in leaving}
    county = None if region is None else shapely.to_wkb(region)
    return GridPlan(tally, by_tier, forest.versions(), own, county, *forest.cuts(region)), findings


def _change(row: GridRow, net: Net) -> _Change:
    """The row beside what stands; a name that the file does not give stays, or is the code."""
    standing = net.grids.get(row.code)
    name = row.name or (standing.name if standing else row.code)
    row = GridRow(row.code, name, row.tier, row.parent, row.geom, row.where)
    return _Change(row, standing, standing is None or standing.shape != digest(row.geom))


class _Forest:
    """The families that the written grids touch, as they will be."""

    def __init__(self, written: Sequence[_Change], net: Net, ground: Ground, leaving: Sequence[Grid]) -> None:
        self._net, self._read, self._leaving = net, ground, leaving
        self._rows = {change.row.code: change.row for change in written}
        self._where = {code: row.where for code, row in self._rows.items()}
        self._parent = {code: grid.parent or "" for code, grid in net.grids.items()}
        self._parent.update({code: row.parent for code, row in self._rows.items()})
        self._children: dict[str, list[str]] = {}
        for code, parent in self._parent.items():
            self._children.setdefault(parent, []).append(code)
        self._heads = self._touched(written)
        self._geoms = self._needed_geoms()
        self.own: dict[str, Any] = {}
        self._rings: CutRings | None = None

    def _touched(self, written: Sequence[_Change]) -> list[str]:
        """The codes of grids with children whose family changes, and of written ones with children."""
        heads = {grid.parent or "" for grid in self._leaving}
        for change in written:
            moved = change.standing is not None and (change.standing.parent or "") != change.row.parent
            if change.ground or moved:
                heads.add(change.row.parent)
            if moved and change.standing is not None:
                heads.add(change.standing.parent or "")
            heads.add(change.row.code)
        heads.discard("")
        return sorted(head for head in heads if head in self._rows or head in self._net.grids)

    def _needed_geoms(self) -> dict[str, Any]:
        """The ground of every head and of its children."""
        needed = {code for head in self._heads for code in [head, *self._children.get(head, ())]}
        geoms = {code: row.geom for code, row in self._rows.items()}
        absent = sorted(needed - set(geoms))
        return geoms | (self._read(absent) if absent else {})

    def settle(self) -> list[Finding]:
        """Find what every head owns itself; what stands in the way."""
        codes = list(self._geoms)
        place = {code: index for index, code in enumerate(codes)}
        parent = np.array([place.get(self._parent[code], -1) for code in codes], dtype=np.int64)
        heads = np.array([place[head] for head in self._heads], dtype=np.int64)
        geoms = np.array(list(self._geoms.values()), dtype=object)
        found = nest(geoms, parent, heads=heads)
        self._rings = found.rings
        self.own = {head: found.own[place[head]] for head in self._heads}
        findings = []
        for index in np.flatnonzero(~found.sound):
            head = codes[int(index)]
            findings += self._faults(head, found.faults.of(int(index)))
        for head in self._heads:
            if self._children.get(head) and found.sound[place[head]]:
                findings += slivers(head, self.own[head], self._where)
        return findings

    def _faults(self, head: str, faults: Any) -> list[Finding]:
        """Why one family does not nest."""
        children = [(code, self._geoms[code]) for code in self._children.get(head, ())]
        return family_faults((head, self._geoms[head]), children, faults, self._where)

    def outline(self) -> tuple[Any, list[Finding]]:
        """The county's new outline, None when no total grid's ground changes; what stands in the way."""
        roots = [code for code, row in self._rows.items() if is_root(row.tier)]
        if not any(self._moves_ground(code) for code in roots) and all(grid.parent for grid in self._leaving):
            return None, []
        totals = sorted(self._children.get("", ()))
        absent = [code for code in totals if code not in self._geoms]
        geoms = self._geoms | (self._read(absent) if absent else {})
        region, faults = outline(np.array([geoms[code] for code in totals], dtype=object))
        if len(faults):
            return None, family_faults(("", None), [(code, geoms[code]) for code in totals], faults, self._where)
        return region[0], thin_holes(region[0])

    def _moves_ground(self, code: str) -> bool:
        """Whether a written grid's outline is new."""
        standing = self._net.grids.get(code)
        return standing is None or standing.shape != digest(self._rows[code].geom)

    def versions(self) -> list[GridVersion]:
        """A version for each written grid, and for each standing one that owns other ground than before."""
        codes = list(self._rows) + [head for head in self._heads if head not in self._rows and self._owns_other(head)]
        return [self._version(code) for code in codes]

    def cuts(self, county: Any) -> tuple[list[tuple[str | None, bool]], Cuts | None]:
        """The ground of each grid, each remainder, the county's outline; and where their borders meet."""
        if self._rings is None:
            return [], None
        grounds: list[tuple[str | None, bool]] = [(code, False) for code in self._geoms]
        rest: dict[tuple[str | None, bool], Any] = {(head, True): own for head, own in self.own.items()}
        rest |= {(None, False): county}
        rest = {shape: ground for shape, ground in rest.items() if ground is not None}
        others = cuts_like(np.array(list(rest.values()), dtype=object), self._rings)
        return [*grounds, *rest], joined(cuts_in(self._rings, len(grounds)), others)

    def _version(self, code: str) -> GridVersion:
        """The new version of one grid."""
        row, standing = self._rows.get(code), self._net.grids.get(code)
        own, geom = self.own.get(code), self._geoms[code]
        wkb = None if own is None else shapely.to_wkb(own)
        if row is not None:
            return GridVersion(code, row.tier, row.parent or None, row.name, wkb, shapely.to_wkb(geom))
        assert standing is not None  # noqa: S101  (a head is a row or stands)
        return GridVersion(code, standing.tier, standing.parent, standing.name, wkb, shapely.to_wkb(geom))

    def changed_ground(self) -> dict[str, Any]:
        """The ground of each grid that owns other ground than before."""
        return {head: self.own[head] for head in self._heads if self._owns_other(head)}

    def _owns_other(self, head: str) -> bool:
        """Whether a grid's own ground differs from what stands."""
        standing = self._net.grids.get(head)
        return standing is None or standing.ground != digest(self.own[head])
