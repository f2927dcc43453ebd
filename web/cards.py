"""The evacuation cards of a hazard zone, 避险明白卡: one for each household, two on a page of A4."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template
from markupsafe import Markup

from geo_grid.hazards import Threatened, Zone
from geo_grid.publish import masked
from web.rounds import Rounds
from web.shelf import FOLDER

#: An even number: two cards share a page.
IN_A_PART = 20
STYLES = FOLDER / "css" / "cards.css"


def card_pages(zone: Zone, inside: Sequence[Threatened], rounds: Rounds, *, in_full: bool) -> list[str]:
    """The cards as HTML pages, some households in each, ready to be laid out."""
    shown = [{"household": one, "worker": _worker(one, rounds, in_full=in_full)} for one in inside]
    styles = Markup(STYLES.read_text(encoding="utf-8"))  # noqa: S704  (our own style sheet)
    return [
        render_template("hazards/cards.html", zone=zone, cards=shown[at : at + IN_A_PART], rounds=rounds, styles=styles)
        for at in range(0, len(shown), IN_A_PART)
    ]


def _worker(one: Threatened, rounds: Rounds, *, in_full: bool) -> dict[str, str] | None:
    """Who warns a household and takes it out: its contact, else whoever leads the nearest grid above it."""
    if one.worker_name:
        return {"name": one.worker_name, "phone": _phone(one.worker_phone, in_full=in_full)}
    for grid in rounds.chain(one.grid):
        keeper = rounds.ground.leading.get(grid)
        worker = rounds.ground.staff.workers.get(keeper.worker) if keeper else None
        if worker:
            return {"name": worker.name, "phone": _phone(worker.phone, in_full=in_full)}
    return None


def _phone(phone: str | None, *, in_full: bool) -> str:
    """A phone as the card shows it."""
    return (phone if in_full else masked(phone)) or ""
