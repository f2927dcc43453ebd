"""The evacuation cards of a hazard zone, 避险明白卡: one for each household, two on a page of A4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from geo_grid.errors import Unavailable
from geo_grid.hazards import Threatened, Zone
from geo_grid.publish import masked
from web.rounds import Rounds
from web.shelf import FOLDER

STYLES = FOLDER / "css" / "cards.css"


def cards_pdf(zone: Zone, inside: Sequence[Threatened], rounds: Rounds, *, in_full: bool) -> bytes:
    """The cards as one PDF; raises `Unavailable` where the machine lacks the libraries that lay out text."""
    shown = [{"household": one, "worker": _worker(one, rounds, in_full=in_full)} for one in inside]
    page = render_template("hazards/cards.html", zone=zone, cards=shown, rounds=rounds)
    try:
        from weasyprint import CSS, HTML
    except OSError as missing:
        raise Unavailable.of(
            "papers need Pango (%(missing)s): run `make`, which installs it", missing=missing
        ) from missing
    return bytes(HTML(string=page, url_fetcher=_refuse).write_pdf(stylesheets=[CSS(filename=STYLES)]))


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


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """Nothing is fetched for a paper."""
    raise ValueError(f"papers load nothing from elsewhere: {url}")
