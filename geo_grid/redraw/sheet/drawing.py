"""The map of a change set: the grids concerned before and after, and the borders that are new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

from geo_grid.partition import edges_of
from geo_grid.partition.arrange import borders_between
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.net import Net
from geo_grid.redraw.sheet.model import GridEffect, MapAfter
from geo_grid.redraw.wire import shape_json


def draw(before: Net, after: Net, changes: ChangeSet, effects: Iterable[GridEffect], srid: int) -> MapAfter:
    """The maps before and after, in longitude and latitude."""
    effects = list(effects)
    return MapAfter(
        _features(before, [effect for effect in effects if effect.before], srid, is_after=False),
        _features(after, [effect for effect in effects if effect.after], srid, is_after=True),
        _collection([{"type": "Feature", "properties": {}, "geometry": shape_json(_border(changes), srid)}]),
    )


def _features(net: Net, effects: Iterable[GridEffect], srid: int, *, is_after: bool) -> dict[str, Any]:
    """The outlines of the grids, widest tier first."""
    found = []
    for effect in sorted(effects, key=lambda one: (one.tier.rank, one.code)):
        row = net.row(effect.code)
        figures = effect.after if is_after else effect.before
        properties = {
            "code": row.code,
            "name": row.name,
            "tier": row.tier.code,
            "parent": row.parent,
            "change": effect.change,
            "households": 0 if figures is None else figures.households,
        }
        geometry = shape_json(net.outline(row.code), srid)
        found.append({"type": "Feature", "id": row.code, "properties": properties, "geometry": geometry})
    return _collection(found)


def _border(changes: ChangeSet) -> Any:
    """The stretches of border that were none before."""
    olds = np.array([old.own for old, _ in changes.rows.values() if old is not None and old.own is not None])
    news = np.array([new.own for _, new in changes.rows.values() if new is not None and new.own is not None])
    if len(news) == 0:
        return shapely.MultiLineString()
    old_edges = edges_of(np.concatenate([olds, news]))
    known = old_edges.owner < len(olds)
    was = {*zip(old_edges.low[known].tolist(), old_edges.high[known].tolist(), strict=True)}
    borders = borders_between(edges_of(news, origin=old_edges.origin))
    fresh = [edge not in was for edge in zip(borders.low.tolist(), borders.high.tolist(), strict=True)]
    return shapely.line_merge(shapely.multilinestrings(borders.lines(np.flatnonzero(fresh))))


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Features as a collection."""
    return {"type": "FeatureCollection", "features": features}
