"""The county's workload, kept in memory until the data, the weights or the day change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app
from sqlalchemy import Connection

from geo_grid.county import County
from geo_grid.inspections import read_rhythms
from geo_grid.vocabulary import Tier
from geo_grid.workload import (
    Spread,
    Workload,
    read_leaf_facts,
    read_weights,
    spread_of,
    weights_mark,
    workload_of,
)
from web.coverage import coverage_now
from web.database import read, scope
from web.kept import Kept


@dataclass(frozen=True, slots=True)
class PlaceLoad:
    """A place with the load of all that lies in it, term by term, and how its micro grids differ."""

    code: str
    name: str
    load: float
    terms: tuple[float, ...]
    spread: Spread
    parts: tuple[PlaceLoad, ...] = ()


class Workloads:
    """The latest workload of each scope."""

    def __init__(self) -> None:
        self._kept: Kept[str, Workload] = Kept()

    def at_present(self) -> Workload:
        """The workload by what the asker sees now."""
        coverage = coverage_now()

        def made(conn: Connection) -> Workload:
            mark = f"{coverage.mark}/{weights_mark(conn)}"
            return self._kept.at(scope(), mark, lambda: _workload(conn, coverage.county))

        return read(made)


def _workload(conn: Connection, county: County) -> Workload:
    return workload_of(county, read_leaf_facts(conn), read_weights(conn), read_rhythms(conn))


def workload_now() -> Workload:
    """The workload of this application's county."""
    return cast(Workloads, current_app.extensions["workloads"]).at_present()


def places_of(workload: Workload) -> list[PlaceLoad]:
    """The total grids with their sub grids, by code."""
    county = workload.county
    subs: dict[str, list[PlaceLoad]] = {}
    for grid in sorted(county.of_tier(Tier.SUB), key=lambda one: one.code):
        subs.setdefault(grid.parent or "", []).append(_place(workload, county.index[grid.code]))
    towns = sorted(county.of_tier(Tier.TOTAL), key=lambda one: one.code)
    return [_place(workload, county.index[grid.code], subs.get(grid.code, [])) for grid in towns]


def _place(workload: Workload, place: int, parts: Sequence[PlaceLoad] = ()) -> PlaceLoad:
    """A place's line."""
    county = workload.county
    inside = (county.ancestors == place).any(axis=1)
    micros = [one for one in workload.leaves.tolist() if inside[one] and county.grids[one].tier is Tier.MICRO]
    amounts = workload.below[place]
    terms = tuple((amounts * workload.weights.vector()).tolist())
    grid = county.grids[place]
    return PlaceLoad(grid.code, grid.name, sum(terms), terms, spread_of(workload.loads[micros]), tuple(parts))


def leaf_lines(workload: Workload, codes: Sequence[str]) -> list[PlaceLoad]:
    """The lines of leaves, in the order given."""
    vector = workload.weights.vector()
    lines = []
    for code in codes:
        place = workload.county.index[code]
        terms = tuple((workload.amounts[place] * vector).tolist())
        lines.append(PlaceLoad(code, workload.county.grids[place].name, sum(terms), terms, spread_of([sum(terms)])))
    return lines


def breaks_of(workload: Workload) -> list[float]:
    """The fifths of the micro grids' loads, rounded: the limits of the map's classes."""
    import numpy as np

    places = [one for one in workload.leaves.tolist() if workload.county.grids[one].tier is Tier.MICRO]
    if not places:
        return []
    return sorted({round(float(one)) for one in np.percentile(workload.loads[places], [20, 40, 60, 80])})


def carried_by(worker: str) -> dict[str, Any] | None:
    """What a worker carries: the total and (amount, weight, product) of each term; None for nothing."""
    found = workload_now()
    amounts = found.by_worker.get(worker)
    if amounts is None:
        return None
    return {"total": found.load_of(amounts), "terms": found.terms(amounts)}
