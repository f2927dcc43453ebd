"""What is done from the pages of redraws by forms: making a draft and taking the steps of its life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid import redraw
from geo_grid.access import Actor, demand
from geo_grid.errors import BadInput, GeoGridError
from geo_grid.vocabulary import Action
from web.access import needs
from web.database import write_widely
from web.redraws.state import problem_of
from web.redraws.steps import ACTION_OF, undo_named
from web.session import actor

LONGEST_TEXT = 2000

SAID = {
    "submit": lazy_gettext("Handed in: it now waits for an approver."),
    "check": lazy_gettext("Noted: the border was checked in the field."),
    "approve": lazy_gettext("Approved: it can be applied from its day on."),
    "refuse": lazy_gettext("Refused: its author reads your reason and may open it again."),
    "withdraw": lazy_gettext("Withdrawn: nobody is asked to decide any more."),
    "reopen": lazy_gettext("Open again: it is a draft and can be changed."),
    "describe": lazy_gettext("Saved."),
}

Act = Callable[[Connection, int, Actor], Any]


def register(redraws: Blueprint) -> None:
    """The forms' addresses, added to `redraws`."""
    redraws.add_url_rule("/redraws", "create", create, methods=["POST"])
    redraws.add_url_rule("/redraws/<int:draft_id>/<act>", "act", take, methods=["POST"])


@needs(Action.DRAW)
def create() -> Response:
    """Make a draft and lead to its studio."""
    who = actor()
    name, note, shared = _text("name"), _text("note"), bool(request.form.get("shared"))
    try:
        made = write_widely(lambda conn: redraw.create_draft(conn, who, name, note=note, shared=shared))
    except BadInput as wrong:
        flash(problem_of(wrong)["message"], "error")
        return redirect(url_for("redraws.drafts"), 303)
    return redirect(url_for("redraws.studio", draft_id=made.id), 303)


@needs(Action.SEE_REDRAWS)
def take(draft_id: int, act: str) -> Response:
    """Take a step of the draft's life and lead back to its sheet, which says how it went."""
    work = ACTS.get(act)
    if work is None:
        abort(404)
    who = actor()
    demand(who, ACTION_OF[act])
    try:
        done = write_widely(lambda conn: work(conn, draft_id, who))
    except (GeoGridError, BadInput) as wrong:
        flash(problem_of(wrong)["message"], "error")
        return redirect(url_for("redraws.sheet", draft_id=draft_id), 303)
    flash(_said(act, done), "success")
    target = done.draft.id if act == "undo" else draft_id
    return redirect(url_for("redraws.sheet", draft_id=target), 303)


def _said(act: str, done: Any) -> str:
    if act == "apply":
        return str(_("Applied: %(count)s grids of the live net have changed.", count=len(done.codes)))
    if act == "undo":
        return str(_("Undone: the live net is as it was before."))
    if act == "rebase":
        if done.ok:
            return str(_("All moves stand on the present net."))
        return str(_("One move cannot stand on the present net: see below. Nothing drawn is lost."))
    return str(SAID[act])


def _text(name: str) -> str:
    return request.form.get(name, "")[:LONGEST_TEXT].strip()


def _approve(conn: Connection, draft_id: int, who: Actor) -> Any:
    try:
        day = date.fromisoformat(_text("effective_on"))
    except ValueError:
        raise BadInput(_("Choose the day on which it takes effect.")) from None
    return redraw.approve(conn, draft_id, who, day)


def _describe(conn: Connection, draft_id: int, who: Actor) -> Any:
    draft = redraw.read_draft(conn, draft_id, who)
    changed = redraw.change_draft(conn, draft_id, who, revision=draft.revision, name=_text("name"), note=_text("note"))
    shared = bool(request.form.get("shared"))
    if who.username != draft.author or shared == draft.shared:
        return changed
    return redraw.change_draft(conn, draft_id, who, revision=changed.revision, shared=shared)


ACTS: dict[str, Act] = {
    "submit": redraw.submit,
    "check": lambda conn, draft_id, who: redraw.field_check(conn, draft_id, who, _text("note")),
    "approve": _approve,
    "refuse": lambda conn, draft_id, who: redraw.refuse(conn, draft_id, who, _text("reason")),
    "withdraw": redraw.withdraw,
    "reopen": redraw.reopen,
    "rebase": redraw.rebase,
    "apply": redraw.apply,
    "undo": undo_named,
    "describe": _describe,
}
