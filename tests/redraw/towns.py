"""Small nets drawn with letters, in memory: each letter is a leaf, its group is named beside it."""

from __future__ import annotations

from collections.abc import Mapping

import shapely

from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.memory import MemorySource
from geo_grid.redraw.moves import Line, Move
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import COUNTY, Door, Row
from geo_grid.redraw.run import run
from geo_grid.vocabulary import Tier
from tests.drawn import at, drawn, together

SIZE = 64.0
TREE = {"T": (Tier.TOTAL, None), "V": (Tier.SUB, "T"), "G": (Tier.GROUP, "V"), "H": (Tier.GROUP, "V")}


def town(
    drawing: str,
    *,
    above: Mapping[str, str] | None = None,
    tree: Mapping[str, tuple[Tier, str | None]] | None = None,
    doors: Mapping[str, tuple[float, float]] | None = None,
) -> Net:
    """A net: capital letters are micro grids, in G unless `above` says where; small ones remainders of `above`.

    A digit's household stands where `doors` says, in squares from the south-west.
    """
    tiers = dict(tree or TREE)
    ground = drawn(drawing, size=SIZE)
    parent = {letter: (above or {}).get(letter, "G") for letter in ground}
    rows = {code: Row(code, tier, up, code, _remainder(code, ground, parent)) for code, (tier, up) in tiers.items()}
    rows |= {
        letter: Row(letter, Tier.MICRO, parent[letter], letter, shape)
        for letter, shape in ground.items()
        if letter.isupper()
    }
    outlines = {}
    for code in sorted(tiers, key=lambda one: -tiers[one][0].rank):
        parts = [outlines.get(row.code, row.own) for row in rows.values() if row.parent == code]
        parts += [rows[code].own] if rows[code].own is not None else []
        if parts:
            outlines[code] = together(*parts)
    outlines[COUNTY] = together(*(outlines[code] for code, (_, up) in tiers.items() if up is None and code in outlines))
    rows = {code: row for code, row in rows.items() if row.tier.is_leaf or code in outlines}
    homes = [_door(name, place, rows) for name, place in (doors or {}).items()]
    return Net(MemorySource(rows.values(), homes, outlines))


def line(*places: tuple[float, float]) -> Line:
    """A line through places of a drawing, in squares from the south-west."""
    return tuple(at(x, y, size=SIZE) for x, y in places)


def box(west: float, south: float, east: float, north: float) -> Line:
    """A ring around a part of a drawing."""
    return line((west, south), (east, south), (east, north), (west, north), (west, south))


def moved(net: Net, move: Move) -> tuple[Net, ChangeSet]:
    """The net after a move, and what it changed."""
    changes, _ = run(net, move)
    return net.after(changes), changes


def squares(net: Net, code: str) -> float:
    """How many squares a grid spans."""
    return round(net.outline(code).area / SIZE**2, 3)


def _remainder(code: str, ground: Mapping[str, object], parent: Mapping[str, str]) -> object:
    """The ground of a grid that holds others: the small letters it is named for."""
    return next((shape for letter, shape in ground.items() if letter.islower() and parent[letter] == code), None)


def _door(name: str, place: tuple[float, float], rows: Mapping[str, Row]) -> Door:
    """A household in the grid that holds it."""
    x, y = at(*place, size=SIZE)
    grid = next(row.code for row in rows.values() if row.own is not None and _holds(row.own, x, y))
    return Door(name, x, y, 3, grid)


def _holds(shape: object, x: float, y: float) -> bool:
    """Whether the shape holds the place."""
    return bool(shapely.contains_xy(shape, x, y))
