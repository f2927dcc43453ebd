"""Who comes after a grid that goes, and whom a new grid is like."""

from __future__ import annotations

from collections.abc import Iterable

from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.flows import Flow
from geo_grid.redraw.net import Net


def heirs_of(gone: Iterable[str], flows: Iterable[Flow], later: Net) -> dict[str, str | None]:
    """For each grid that goes the standing one that most of it went into, by households and then ground."""
    heirs: dict[str, str | None] = dict.fromkeys(gone)
    weight: dict[str, tuple[int, float]] = {}
    for flow in flows:
        if flow.source in heirs and flow.target and later.get(flow.target) is not None:
            size = (flow.households, flow.area_m2)
            if heirs[flow.source] is None or size > weight[flow.source]:
                heirs[flow.source], weight[flow.source] = flow.target, size
    return heirs


def likes_of(net: Net, changes: ChangeSet) -> dict[str, str]:
    """For each new grid one whose posts it gets too, vacant: the grid it was cut from, or a sibling of its tier."""
    likes: dict[str, str] = {}
    for code, (old, new) in changes.rows.items():
        if old is not None or new is None:
            continue
        cut = [
            one.code
            for one, _ in changes.rows.values()
            if one is not None and one.tier is new.tier and one.parent == new.parent
        ]
        siblings: list[str] = []
        if not cut and new.parent is not None and net.get(new.parent) is not None:
            siblings = [row.code for row in net.children(new.parent) if row.tier is new.tier]
        if cut or siblings:
            likes[code] = min(cut or siblings)
    return likes
