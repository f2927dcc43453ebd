"""Whether somebody may do something where a draft changes the net: asked of every move and every step."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from geo_grid.access import Action, Actor, demand, may
from geo_grid.redraw.drafts.model import Draft, NeedsRebase
from geo_grid.redraw.drafts.replay import Replay, begin, replay
from geo_grid.redraw.net import Net
from geo_grid.redraw.run import is_more_than_a_vertex


def demand_ground(actor: Actor, action: Action, found: Replay) -> None:
    """Raise `Forbidden` unless the actor may do that in the narrowest grid that holds all that changes.

    A grid beyond the border that a line ends at only gets a vertex there: it is nobody's concern.
    """
    later = found.base.after(found.changes)
    demand(
        actor,
        action,
        _common_chain(
            (view, code)
            for code, (old, new) in found.changes.rows.items()
            for view, row in ((found.base, old), (later, new))
            if row is not None and is_more_than_a_vertex(old, new)
        ),
    )


def demand_draft(conn: Connection, actor: Actor, action: Action, draft: Draft) -> None:
    """Raise `Forbidden` unless the actor may do that where the draft changes something, or did when it was drawn."""
    if may(actor, action, frozenset()):
        return
    try:
        demand_ground(actor, action, replay(conn, draft.standing))
    except NeedsRebase:
        net = begin(conn).net
        demand(actor, action, _common_chain((net, code) for code in draft.footprint if net.get(code) is not None))


def _common_chain(places: Iterable[tuple[Net, str]]) -> frozenset[str] | None:
    """The codes of the grids that hold all the places; None of no place."""
    chains = [frozenset({code, *(one.code for one in view.ancestors(code))}) for view, code in places]
    return frozenset.intersection(*chains) if chains else None
