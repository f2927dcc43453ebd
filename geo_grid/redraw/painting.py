"""Moves that draw a ring: ground given to a leaf, to a new one, taken into the county or out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from geo_grid.grids import may_hold
from geo_grid.partition.arrange import NOBODY
from geo_grid.partition.cut import is_sliver, width_m
from geo_grid.partition.paint import painted, parting
from geo_grid.redraw.cutting import Made, Naming
from geo_grid.redraw.ground import Patch, arranged, cells_of, drawn_region, understood
from geo_grid.redraw.moves import Carve, Extend, Paint, Shrink
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import (
    LosesAllGround,
    NothingChanges,
    NoTouch,
    OutsideCounty,
    Sliver,
    WrongTier,
)
from geo_grid.redraw.rows import Row
from geo_grid.redraw.settle import settle

#: The target that stands for ground leaving the county, beside the indices of cells.
_AWAY = -2


def paint(net: Net, move: Paint) -> Made:
    """All ground in the ring with a standing leaf."""
    to = net.row(move.to)
    if not to.tier.is_leaf:
        raise WrongTier("paint_head", grids=(to.code,), grid=to.code)
    region = drawn_region(net, move.region, move.snap_m)
    patch, owners = _laid(net, region, to.code, outside=False)
    if all(owner == before for owner, before in zip(owners, patch.owners(), strict=True)):
        raise NothingChanges("painted_already", grids=(to.code,), place=_inside(region), grid=to.code)
    return settle(net, _kept(patch, patch.changed(owners, {}), absorb=move.absorb)), ()


def carve(net: Net, move: Carve) -> Made:
    """All ground in the ring with a new leaf."""
    parent = net.row(move.parent)
    if not move.tier.is_leaf or not may_hold(parent.tier, move.tier):
        tiers: dict[str, Any] = {"tier": move.tier.code, "tier_parent": parent.tier.code}
        raise WrongTier("carve_tier", grids=(parent.code,), grid=parent.code, **tiers)
    region = drawn_region(net, move.region, move.snap_m)
    _check_size(region)
    like = Row(parent.code, move.tier, parent.code, move.name.strip() or move.tier.zh, None)
    made = Naming(net, (move.name,), (move.code,)).make(like, parent=parent.code)
    patch, owners = _laid(net, region, made.code, outside=False)
    if made.code not in owners:
        raise OutsideCounty("ring_outside", place=_inside(region))
    wanted = patch.changed(owners, {made.code: made})
    ground = wanted[made.code]
    if ground is not None:
        _check_size(ground.own)
    return settle(net, _kept(patch, wanted, absorb=move.absorb)), (made.code,)


def extend(net: Net, move: Extend) -> Made:
    """The nobody's ground in the ring with a leaf at the county's outline."""
    row = net.row(move.grid)
    if not row.tier.is_leaf:
        raise WrongTier("extend_head", grids=(row.code,), grid=row.code)
    region = drawn_region(net, move.region, move.snap_m)
    patch, painted_owners = _laid(net, region, row.code, outside=True)
    before = patch.owners()
    owners = [new if old is None else old for new, old in zip(painted_owners, before, strict=True)]
    gained = [face for face, (new, old) in enumerate(zip(owners, before, strict=True)) if new != old]
    if not gained:
        raise NothingChanges("extend_inside", grids=(row.code,), place=_inside(region))
    if not shapely.relate_pattern(patch.found.faces[gained], row.own, "****1****").any():
        raise NoTouch("extend_apart", grids=(row.code,), place=_inside(region), grid=row.code)
    return settle(net, patch.changed(owners, {}), moves_outline=True), ()


def shrink(net: Net, move: Shrink) -> Made:
    """The ground in the ring out of the county."""
    region = drawn_region(net, move.region, move.snap_m)
    patch, owners = _laid(net, region, None, outside=False)
    if owners == patch.owners():
        raise NothingChanges("shrink_nothing", place=_inside(region))
    return settle(net, _kept(patch, patch.changed(owners, {}), absorb=False), moves_outline=True), ()


def _laid(net: Net, region: Any, to: str | None, *, outside: bool) -> tuple[Patch, list[str | None]]:
    """The cells under the ring arranged with it, and the owner of every face once all inside belongs to `to`.

    Two arrangements: the first finds which stretches of the ring part owners, the second has those alone. All cells
    that meet the region are in play, not only those at the ring: one that lies beside nobody's ground would be missed.
    """
    rows = net.near(np.array([region], dtype=object))
    standing = None if to is None else net.get(to)
    if standing is not None and standing not in rows and (rows or outside):
        rows.append(standing)
    if not rows:
        raise OutsideCounty("ring_outside", place=_inside(region))
    codes = [row.code for row in rows]
    target = codes.index(to) if to in codes else _AWAY
    with understood():
        lines = parting(cells_of(rows), region, target, outside=outside)
    patch = arranged(net, codes, lines)
    index = patch.place.get(to or "", _AWAY)
    after = painted(patch.found, region, index, outside=outside)
    names = {place: row.code for place, row in enumerate(patch.rows)} | {_AWAY: to}
    return patch, [None if owner == NOBODY else names[owner] for owner in after.tolist()]


def _kept(patch: Patch, wanted: dict[str, Row | None], *, absorb: bool) -> dict[str, Row | None]:
    """The rows, those that lost all their ground gone if they may."""
    known = {row.code: row for row in patch.rows}
    bare = [code for code, row in wanted.items() if row is not None and row.own is None and known[code].tier.is_leaf]
    if bare and not absorb:
        at = shapely.point_on_surface(known[bare[0]].own)
        raise LosesAllGround("swallowed", grids=tuple(bare), place=(float(at.x), float(at.y)), listed=_listed(bare))
    return {code: None if code in bare else row for code, row in wanted.items()}


def _check_size(ground: Any) -> None:
    """Refuse ground too small or too narrow to be meant."""
    if ground is None or is_sliver(ground):
        area, width = (0.0, 0.0) if ground is None else (float(shapely.area(ground)), width_m(ground))
        place = None if ground is None else _inside(ground)
        raise Sliver("ring_sliver", place=place, area_m2=round(area, 3), width_m=round(width, 3))


def _inside(region: Any) -> tuple[float, float]:
    """A place in the region."""
    at = shapely.point_on_surface(region)
    return float(at.x), float(at.y)


def _listed(codes: Sequence[str]) -> str:
    """Up to three codes, for a sentence."""
    shown = ", ".join(codes[:3])
    return f"{shown} … ({len(codes)})" if len(codes) > 3 else shown
