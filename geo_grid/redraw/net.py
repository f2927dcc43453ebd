"""The net as a move sees it: rows, households and derived outlines, from a source and as earlier moves left them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import shapely

from geo_grid.grids import child_code
from geo_grid.partition.lattice import Geometries
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.refusals import UnknownGrid
from geo_grid.redraw.rows import COUNTY, Door, Row
from geo_grid.vocabulary import Tier


class Source(Protocol):
    """Where the net as it stands is read from; nothing is asked that a move does not need."""

    def rows(self, codes: Sequence[str]) -> list[Row]:
        """The standing grids with those codes."""

    def children(self, code: str) -> list[Row]:
        """The standing grids directly in the grid."""

    def near(self, shapes: Geometries, distance_m: float) -> list[Row]:
        """The standing grids whose own ground lies within the distance of one of the shapes."""

    def outlines(self, codes: Sequence[str]) -> dict[str, Any]:
        """The derived outline of each grid, `COUNTY` for the county's."""

    def doors(self, codes: Sequence[str]) -> list[Door]:
        """The households in the own ground of the grids."""

    def last_serial(self, stem: str) -> int:
        """The highest number that ever followed the stem in a code, 0 for none."""

    def is_given(self, code: str) -> bool:
        """Whether a grid has or had that code."""


@dataclass(frozen=True)
class Net:
    """The net of a source, changed by earlier moves; a value: a change makes another net."""

    source: Source
    changed: dict[str, Row | None] = field(default_factory=dict)
    redrawn: dict[str, Any] = field(default_factory=dict)
    moved: dict[str, Door] = field(default_factory=dict)
    codes: frozenset[str] = frozenset()

    def get(self, code: str) -> Row | None:
        """The grid with that code, None when none stands."""
        if code in self.changed:
            return self.changed[code]
        found = self.source.rows([code])
        return found[0] if found else None

    def row(self, code: str) -> Row:
        """The grid with that code; raises `UnknownGrid`."""
        found = self.get(code)
        if found is None:
            raise UnknownGrid("unknown_grid", grids=(code,), grid=code)
        return found

    def children(self, code: str) -> list[Row]:
        """The grids directly in the grid, by code."""
        found = [row for row in self.source.children(code) if row.code not in self.changed]
        found += [row for row in self.changed.values() if row is not None and row.parent == code]
        return sorted(found, key=lambda row: row.code)

    def ancestors(self, code: str) -> Iterator[Row]:
        """The grids that the grid lies in, the nearest first."""
        parent = self.row(code).parent
        while parent is not None:
            above = self.row(parent)
            yield above
            parent = above.parent

    def subtree(self, code: str) -> Iterator[Row]:
        """The grid and all below it."""
        waiting = [self.row(code)]
        while waiting:
            row = waiting.pop()
            yield row
            if not row.tier.is_leaf:
                waiting.extend(self.children(row.code))

    def near(self, shapes: Geometries, distance_m: float = 0.0) -> list[Row]:
        """The grids whose own ground lies within the distance of one of the shapes, by code."""
        shapes = np.asarray(shapes, dtype=object)
        found = {row.code: row for row in self.source.near(shapes, distance_m) if row.code not in self.changed}
        new = [row for row in self.changed.values() if row is not None and row.own is not None]
        if new and len(shapes):
            tree = shapely.STRtree([row.own for row in new])
            if distance_m:
                hits = tree.query(shapes, predicate="dwithin", distance=distance_m)[1]
            else:
                hits = tree.query(shapes, predicate="intersects")[1]
            found |= {new[place].code: new[place] for place in np.unique(hits).tolist()}
        return [found[code] for code in sorted(found)]

    def outline(self, code: str) -> Any:
        """All that the grid spans; `COUNTY` for the county."""
        if code in self.redrawn:
            return self.redrawn[code]
        if code != COUNTY:
            row = self.row(code)
            if row.tier.is_leaf:
                return row.own
        return self.source.outlines([code]).get(code)

    def prepare_rows(self, codes: Iterable[str]) -> None:
        """Have the source read several grids at once, before they are asked for one by one."""
        unknown = sorted(code for code in codes if code and code not in self.changed)
        if len(unknown) > 1:
            self.source.rows(unknown)

    def prepare_outlines(self, codes: Iterable[str]) -> None:
        """Have the source read several outlines at once, before they are asked for one by one."""
        unknown = [code for code in codes if code not in self.redrawn]
        if len(unknown) > 1:
            self.source.outlines(unknown)

    def doors(self, codes: Iterable[str]) -> list[Door]:
        """The households in the own ground of the grids, by code."""
        wanted = set(codes)
        found = [door for door in self.source.doors(sorted(wanted)) if door.code not in self.moved]
        found += [door for door in self.moved.values() if door.grid in wanted]
        return sorted(found)

    def new_code(self, parent: str | None, tier: Tier, *, beside: str, taken: Iterable[str] = ()) -> str:
        """The next code of a tier inside the parent that no grid ever had; `beside` gives a root its first digits."""
        stem_of = parent if parent is not None else beside[:6]
        first = child_code(stem_of, tier, 1).text
        stem = first.rstrip("0123456789") if tier.letter else stem_of
        known = {*taken, *self.codes}
        serial = self.source.last_serial(stem) + 1
        while (code := child_code(stem_of, tier, serial).text) in known or self.is_given(code):
            serial += 1
        return code

    def is_given(self, code: str) -> bool:
        """Whether a grid has or had that code, here or in the source."""
        return code in self.codes or code in self.changed or self.source.is_given(code)

    def after(self, changes: ChangeSet) -> Net:
        """The net once the changes are made."""
        moved = dict(self.moved)
        for door in self.doors({before for before, _ in changes.homes.values()}) if changes.homes else ():
            if door.code in changes.homes:
                moved[door.code] = door._replace(grid=changes.homes[door.code][1])
        return replace(
            self,
            changed=self.changed | {code: new for code, (_, new) in changes.rows.items()},
            redrawn=self.redrawn | {code: new for code, (_, new) in changes.outlines.items()},
            moved=moved,
            codes=self.codes | {code for code, (old, _) in changes.rows.items() if old is None},
        )
