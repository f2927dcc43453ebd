"""The reshape of a border: what changes side over it, grid by grid, whole ones with all they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.grids import may_hold
from geo_grid.partition.arrange import NOBODY
from geo_grid.partition.cut import is_sliver
from geo_grid.partition.paint import inside
from geo_grid.partition.reshape import Shift, shift
from geo_grid.redraw.cutting import Made
from geo_grid.redraw.ground import Patch, arranged, drawn_line, understood
from geo_grid.redraw.moves import Reshape
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import (
    LosesAllGround,
    NoNeighbour,
    NotDecided,
    NoTouch,
    OutsideCounty,
    Sliver,
    WrongTier,
)
from geo_grid.redraw.rows import Row
from geo_grid.redraw.settle import settle


def reshape(net: Net, move: Reshape) -> Made:
    """The line as the border between the grid and its partner, or between it and all around."""
    row = net.row(move.grid)
    # A grid above as the partner stands for its remainder: the border is the one to all around.
    above = {one.code for one in net.ancestors(row.code)}
    partner = None if move.partner is None or move.partner in above else net.row(move.partner)
    if partner is not None and partner.tier.rank != row.tier.rank and partner.tier.is_leaf != row.tier.is_leaf:
        raise WrongTier("reshape_tiers", grids=(row.code, partner.code), grid=row.code, other=partner.code)
    line = drawn_line(net, move.line, move.snap_m)
    outline = net.outline(row.code)
    with understood():
        found = shift(outline, None if partner is None else net.outline(partner.code), line)
    _check(row, line, found)
    regions = np.concatenate([found.given, found.gained])
    codes = [one.code for one in net.near(regions)]
    patch = arranged(net, codes, found.edges)
    sorter = _Sorter(net, patch, row, partner)
    sorter.mark(found)
    return settle(net, sorter.wanted()), ()


def _check(row: Row, line: Any, found: Shift) -> None:
    """Refuse a line that moves nothing, or next to nothing."""
    moved = np.concatenate([found.given, found.gained])
    at = shapely.get_coordinates(line)[0]
    place = (float(at[0]), float(at[1]))
    if len(moved) == 0:
        if found.undecided is not None and shapely.length(found.undecided) > 0:
            at = shapely.get_coordinates(found.undecided)[0]
            raise NotDecided("undecided", grids=(row.code,), place=(float(at[0]), float(at[1])), grid=row.code)
        raise NoTouch("no_touch", grids=(row.code,), place=place, grid=row.code)
    if all(is_sliver(face) for face in moved):
        largest = max(moved, key=lambda face: float(shapely.area(face)))
        spot = shapely.point_on_surface(largest)
        area, at_spot = round(float(shapely.area(largest)), 3), (float(spot.x), float(spot.y))
        raise Sliver("reshape_sliver", grids=(row.code,), place=at_spot, grid=row.code, area_m2=area)


class _Sorter:
    """Says for every face of a patch whose it will be, and for every whole grid where it will lie."""

    def __init__(self, net: Net, patch: Patch, row: Row, partner: Row | None) -> None:
        self.net, self.patch, self.row, self.partner = net, patch, row, partner
        self.chain = {one.code: self._chain(one) for one in patch.rows}
        self.moving = np.zeros(len(patch.found.faces), dtype=bool)
        self.owners = patch.owners()
        self.parents: dict[str, str] = {}

    def _chain(self, row: Row) -> list[str]:
        """The grid's code and those of all above it."""
        return [row.code, *(above.code for above in self.net.ancestors(row.code))]

    def _side(self, code: str, *, after: bool) -> str:
        """On which side of the border the grid lies, 'mine', 'partner' or 'rest'; once moved, the other one."""
        chain = self.chain[code]
        if self.row.code in chain:
            return ("partner" if self.partner else "rest") if after else "mine"
        if self.partner is not None and self.partner.code in chain:
            return "mine" if after else "partner"
        return "mine" if after else "rest"

    def mark(self, found: Shift) -> None:
        """Note which faces move."""
        faces = self.patch.found.faces
        moved = np.zeros(len(faces), dtype=bool)
        for region in np.concatenate([found.given, found.gained]):
            moved |= inside(faces, region)
        beyond = moved & (self.patch.found.owner == NOBODY)
        if beyond.any() and not all(is_sliver(face) for face in faces[beyond]):
            at = shapely.point_on_surface(faces[beyond][0])
            raise OutsideCounty("takes_outside", grids=(self.row.code,), place=(float(at.x), float(at.y)))
        self.moving = moved & ~beyond

    def wanted(self) -> dict[str, Row | None]:
        """The rows once everything that moves has moved."""
        whole = self._whole_cells()
        borders = self.patch.found.borders
        sides = {code: self._side(code, after=False) for code in self.chain}
        # Where each face lies afterwards: unmoved ones and whole cells are settled, parts join them one by one.
        side_of: list[str | None] = []
        settled: list[bool] = []
        for face, owner in enumerate(self.owners):
            moves = bool(self.moving[face])
            side_of.append(None if owner is None else self._side(owner, after=True) if moves else sides[owner])
            settled.append(owner is not None and (not moves or owner in whole))
        links = self._links(borders)
        self._place_whole(whole, links, side_of, settled)
        self._place_parts(links, side_of, settled)
        rows: dict[str, Row | None] = {
            code: replace(self.net.row(code), parent=parent) for code, parent in self.parents.items()
        }
        known = {row.code: row for row in self.patch.rows}
        changed = self.patch.changed(self.owners, {})
        for code, ground in changed.items():
            if ground is not None and ground.own is None and known[code].tier.is_leaf:
                raise LosesAllGround("loses_all", grids=(code,), grid=code)
            if ground is not None:
                rows[code] = replace(rows[code], own=ground.own) if rows.get(code) else ground  # type: ignore[type-var]
        return rows

    def _whole_cells(self) -> set[str]:
        """The grids all of whose own ground moves."""
        if self.row.tier.is_leaf:
            return set()
        moving: dict[str, bool] = {}
        for face, owner in enumerate(self.owners):
            if owner is not None:
                moving[owner] = moving.get(owner, True) and bool(self.moving[face])
        heads = {self.row.code, self.partner.code if self.partner else ""}
        return {code for code, moves in moving.items() if moves and code not in heads}

    def _links(self, borders: Any) -> list[dict[int, float]]:
        """For each face the faces beside it, with the length of the common border that was one before."""
        links: list[dict[int, float]] = [{} for _ in self.owners]
        rows = (borders.left != NOBODY) & (borders.right != NOBODY) & ~self.patch.found.drawn
        for a, b, length in zip(
            borders.left[rows].tolist(), borders.right[rows].tolist(), borders.length_m[rows].tolist(), strict=True
        ):
            links[a][b] = links[a].get(b, 0.0) + length
            links[b][a] = links[b].get(a, 0.0) + length
        return links

    def _place_whole(
        self, whole: set[str], links: list[dict[int, float]], side_of: list[str | None], settled: list[bool]
    ) -> None:
        """Give every whole grid, with all around it that moves whole too, its new parent."""
        waiting = self._tops(whole)
        faces_of = {top: [f for f, owner in enumerate(self.owners) if owner in cells] for top, cells in waiting.items()}
        placed: set[str] = set()
        while len(placed) < len(waiting):
            unplaced = {code for top, cells in waiting.items() if top not in placed for code in cells}
            best: tuple[float, str, str] | None = None
            for top in sorted(set(waiting) - placed):
                for owner, length in self._beside(faces_of[top], links, side_of, settled, unplaced).items():
                    if best is None or length > best[0]:
                        best = (length, top, owner)
            if best is None:
                top = min(set(waiting) - placed)
                raise NoNeighbour("no_far_side", grids=(top,), grid=top)
            _, top, owner = best
            self.parents[top] = self._parent_for(self.net.row(top), owner)
            placed.add(top)

    def _tops(self, whole: set[str]) -> dict[str, list[str]]:
        """The widest grids that move with all they hold, each with those of its cells that are in play."""
        found: dict[str, list[str]] = {}
        complete: dict[str, bool] = {}

        def moves(code: str) -> bool:
            if code not in complete:
                row = self.net.row(code)
                ground = row.own is None or code in whole
                complete[code] = ground and all(moves(child.code) for child in self.net.children(code))
            return complete[code]

        heads = {self.row.code, self.partner.code if self.partner else ""}
        for code in sorted(whole):
            if not moves(code):
                continue
            top = code
            for above in self.chain[code][1:]:
                if above in heads or self._holds_head(above) or not moves(above):
                    break
                top = above
            found.setdefault(top, []).append(code)
        return found

    def _holds_head(self, code: str) -> bool:
        """Whether the grid in play lies in that one."""
        return any(above.code == code for above in self.net.ancestors(self.row.code))

    def _beside(
        self,
        faces: list[int],
        links: list[dict[int, float]],
        side_of: list[str | None],
        settled: list[bool],
        unplaced: set[str],
    ) -> dict[str, float]:
        """The settled grids beside the faces on the side they go to, with the metres of common border."""
        found: dict[str, float] = {}
        for face in faces:
            for other, length in links[face].items():
                owner = self.owners[other]
                if owner is None or not settled[other] or side_of[other] != side_of[face] or owner in unplaced:
                    continue
                found[owner] = found.get(owner, 0.0) + length
        return dict(sorted(found.items()))

    def _parent_for(self, row: Row, beside: str) -> str:
        """The nearest grid above the neighbour, as it will lie, in which the row may lie."""
        code: str | None = beside
        while code is not None:
            above = self.net.row(code)
            if may_hold(above.tier, row.tier):
                return code
            code = self.parents.get(code, above.parent)
        raise NoNeighbour("no_place", grids=(row.code, beside), grid=row.code, tier=row.tier.code, other=beside)

    def _place_parts(self, links: list[dict[int, float]], side_of: list[str | None], settled: list[bool]) -> None:
        """Let every part join the grid beside it with the longest common border, from the border inwards."""
        tops = set(self.parents)
        waiting = {
            face
            for face, owner in enumerate(self.owners)
            if owner is not None and self.moving[face] and not tops & set(self.chain[owner])
        }
        for face in waiting:
            settled[face] = False
        before = list(self.owners)
        while waiting:
            best: tuple[float, int, str] | None = None
            for face in sorted(waiting):
                for owner, length in self._beside([face], links, side_of, settled, set()).items():
                    if before[face] != owner and (best is None or length > best[0]):
                        best = (length, face, owner)
            if best is None:
                self._leave(waiting)
                return
            _, face, owner = best
            self.owners[face] = self._holder(before[face], owner, str(side_of[face]))
            settled[face] = True
            waiting.discard(face)

    def _leave(self, waiting: set[int]) -> None:
        """Refuse ground that no neighbour can take; what is next to nothing stays where it is."""
        faces = self.patch.found.faces[sorted(waiting)]
        largest = max(faces, key=lambda face: float(shapely.area(face)))
        if is_sliver(largest):
            return
        at = shapely.point_on_surface(largest)
        raise NoNeighbour("no_new_side", grids=(self.row.code,), place=(float(at.x), float(at.y)))

    def _holder(self, source: str | None, beside: str, side: str) -> str:
        """Who takes in a part: the neighbour; for a part of a remainder, the nearest grid above that may have one.

        That grid lies on the side to which the part goes: else the ground would stay where it was.
        """
        row = self.net.row(source) if source is not None else None
        if row is None or row.tier.is_leaf:
            return beside
        code: str | None = beside
        while code is not None and self._lies_on(code, side):
            above = self.net.row(code)
            if not above.tier.is_leaf and above.tier.rank <= row.tier.rank:
                return code
            code = self.parents.get(code, above.parent)
        return beside

    def _lies_on(self, code: str, side: str) -> bool:
        """Whether the grid as a whole is on that side of the border."""
        if code not in self.chain:
            self.chain[code] = self._chain(self.net.row(code))
        return self._side(code, after=False) == side
