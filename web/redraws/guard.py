"""Which drafts a request may name: those that the database lets the asker see."""

from __future__ import annotations

from flask import Blueprint, request

from geo_grid import redraw
from geo_grid.errors import NotFound
from web.database import read, scope


def guard_drafts(blueprint: Blueprint) -> None:
    """Let the addresses of `blueprint` answer only about drafts that the asker may see.

    What a draft does is worked out on the net of the whole county, as a border has two sides; so who may see the draft
    is asked before.
    """
    blueprint.before_request(demand_drafts)


def demand_drafts() -> None:
    """Nothing when the asker may see every draft that the request names; else raises `NotFound`."""
    if scope().is_county:
        return
    wish = request.args.get("with", "")
    others = [int(wish)] if wish.isascii() and wish.isdigit() else []
    for number in ((request.view_args or {}).get("draft_id"), *others):
        if number is not None and not read(redraw.is_seen, number):
            raise NotFound(f"there is no redraw {number}: see the list of redraws")
