"""Consequence sheets as they were when a redraw was applied: kept as plain values, read back for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from geo_grid.redraw.flows import Flow
from geo_grid.redraw.sheet import store
from geo_grid.redraw.sheet.model import (
    Figures,
    GridEffect,
    HouseholdMove,
    MapAfter,
    PostMove,
    Preview,
    SiteMove,
    Totals,
)
from geo_grid.redraw.words import Said
from geo_grid.vocabulary import Role, Tier


def keep_sheet(conn: Connection, redraw_id: int, sheet: Preview) -> None:
    """Keep what a redraw means in the moment in which it is applied; it cannot be changed afterwards."""
    store.insert_sheet(conn, redraw_id, sheet.to_json(), asdict(sheet.map))


def kept_sheet(conn: Connection, redraw_id: int) -> Preview | None:
    """The sheet that was kept of an applied redraw; None when it was applied before sheets were kept."""
    row = store.sheet(conn, redraw_id)
    return None if row is None else _sheet(row.sheet, row.map)


def _sheet(told: Mapping[str, Any], drawn: Mapping[str, Any]) -> Preview:
    """A sheet from its plain values."""
    return Preview(
        grids=tuple(_effect(one) for one in told["grids"]),
        flows=tuple(Flow(**one | {"tier": Tier[one["tier"]]}) for one in told["flows"]),
        households=tuple(HouseholdMove(**one) for one in told["households"]),
        sites=tuple(
            SiteMove(**one | {"before": tuple(one["before"]), "after": tuple(one["after"])}) for one in told["sites"]
        ),
        posts=tuple(PostMove(**one | {"role": Role[one["role"]]}) for one in told["posts"]),
        notes=tuple(Said(one["reason"], one["facts"]) for one in told["notes"]),
        totals=Totals(**told["totals"]),
        draw=lambda: MapAfter(**drawn),
    )


def _effect(one: Mapping[str, Any]) -> GridEffect:
    """A grid before and after from its plain values."""
    figures = {when: None if one[when] is None else Figures(**one[when]) for when in ("before", "after")}
    return GridEffect(**{**one, **figures, "tier": Tier[one["tier"]]})
