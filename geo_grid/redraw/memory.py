"""A net held in memory as the source that moves are run on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from geo_grid.county import County
from geo_grid.partition.lattice import Geometries
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import COUNTY, Door, Row


def memory_of(county: County) -> MemorySource:
    """The county as a source; how many live in a household is not known there and taken as 0."""
    rows = [Row(grid.code, grid.tier, grid.parent, grid.name, grid.own) for grid in county.grids]
    places = zip(county.doors.codes, county.doors.at.tolist(), county.doors.grids, strict=True)
    doors = [Door(code, x, y, 0, grid) for code, (x, y), grid in places]
    outlines = {grid.code: grid.geom for grid in county.grids if not grid.tier.is_leaf}
    return MemorySource(rows, doors, outlines | {COUNTY: county.outline}, county.retired)


class MemorySource:
    """Rows, households and derived outlines (`COUNTY` for the county's) of a whole net."""

    def __init__(
        self, rows: Iterable[Row], doors: Iterable[Door], outlines: Mapping[str, Any], given: Iterable[str] = ()
    ) -> None:
        self._rows = {row.code: row for row in rows}
        self._outlines = dict(outlines)
        self._given = {*given, *self._rows}
        self._below: dict[str, list[Row]] = defaultdict(list)
        self._doors: dict[str, list[Door]] = defaultdict(list)
        for row in self._rows.values():
            if row.parent is not None:
                self._below[row.parent].append(row)
        for door in doors:
            self._doors[door.grid].append(door)
        self._cells = [row for row in self._rows.values() if row.own is not None]
        self._tree = shapely.STRtree([row.own for row in self._cells])
        self._serials: dict[str, int] = defaultdict(int)
        for code in self._given:
            for length in (3, 2, 4):
                stem, serial = code[:-length], code[-length:]
                if serial.isdigit():
                    self._serials[stem] = max(self._serials[stem], int(serial))

    def rows(self, codes: Sequence[str]) -> list[Row]:
        """The standing grids with those codes."""
        return [self._rows[code] for code in codes if code in self._rows]

    def children(self, code: str) -> list[Row]:
        """The standing grids directly in the grid."""
        return self._below.get(code, [])

    def near(self, shapes: Geometries, distance_m: float) -> list[Row]:
        """The standing grids whose own ground lies within the distance of one of the shapes."""
        if distance_m:
            found = self._tree.query(shapes, predicate="dwithin", distance=distance_m)[1]
        else:
            found = self._tree.query(shapes, predicate="intersects")[1]
        return [self._cells[place] for place in np.unique(found).tolist()]

    def outlines(self, codes: Sequence[str]) -> dict[str, Any]:
        """The derived outline of each grid."""
        return {code: self._outlines[code] for code in codes if code in self._outlines}

    def doors(self, codes: Sequence[str]) -> list[Door]:
        """The households in the own ground of the grids."""
        return [door for code in codes for door in self._doors.get(code, ())]

    def last_serial(self, stem: str) -> int:
        """The highest number that ever followed the stem in a code, 0 for none."""
        return self._serials.get(stem, 0)

    def is_given(self, code: str) -> bool:
        """Whether a grid has or had that code."""
        return code in self._given

    @property
    def codes(self) -> Sequence[str]:
        """The codes of all standing grids, in order."""
        return sorted(self._rows)

    def made_over(self, net: Net) -> MemorySource:
        """The source of a net as it stands after the moves made on this one."""
        rows = {row.code: row for row in self._rows.values() if row.code not in net.changed}
        rows |= {code: row for code, row in net.changed.items() if row is not None}
        doors = [door for doors in self._doors.values() for door in doors if door.code not in net.moved]
        outlines = {**self._outlines, **net.redrawn}
        outlines = {code: shape for code, shape in outlines.items() if code == COUNTY or code in rows}
        return MemorySource(rows.values(), [*doors, *net.moved.values()], outlines, self._given | net.codes)
