"""The steps of a draft's life that its present stage allows, with who may take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.redraw import NEXT, Applied, Draft, Stage
from geo_grid.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name in addresses, its word, what it leads to, and which field its form has."""

    name: str
    label: Any
    to: Stage
    field: str = ""
    """"day", "reason", "note" or nothing."""
    look: str = ""
    """"primary", "danger" or nothing."""


STEPS = (
    Step("submit", lazy_gettext("Submit for approval"), Stage.SUBMITTED, look="primary"),
    Step("check", lazy_gettext("Checked in the field"), Stage.FIELD_CHECKED, field="note"),
    Step("approve", lazy_gettext("Approve"), Stage.APPROVED, field="day", look="primary"),
    Step("apply", lazy_gettext("Apply to the live net"), Stage.APPLIED, look="primary"),
    Step("refuse", lazy_gettext("Refuse"), Stage.REFUSED, field="reason", look="danger"),
    Step("withdraw", lazy_gettext("Withdraw"), Stage.WITHDRAWN),
    Step("reopen", lazy_gettext("Open again"), Stage.DRAFT),
)

#: What a step, or another act on a draft, asks of the account.
ACTION_OF = {
    "submit": Action.DRAW,
    "check": Action.DRAW,
    "withdraw": Action.DRAW,
    "reopen": Action.DRAW,
    "rebase": Action.DRAW,
    "describe": Action.DRAW,
    "approve": Action.APPROVE,
    "refuse": Action.APPROVE,
    "apply": Action.APPLY,
    "undo": Action.APPLY,
}
#: Steps of the author and of those a draft is shared with; the others belong to who decides.
BEFORE_APPROVAL = frozenset({Stage.SUBMITTED, Stage.FIELD_CHECKED})
OF_AUTHORS = frozenset({"submit", "withdraw", "reopen"})


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that may be taken now, or why this reader may not take it."""

    step: Step
    hindrance: str = ""


def steps_open(draft: Draft, reader: Actor) -> list[OpenStep]:
    """The steps that lead on from the draft's stage, without those that the reader's account may never take."""
    return [
        OpenStep(step, _hindrance(step, draft, reader))
        for step in STEPS
        if step.to in NEXT[draft.stage] and reader.may(ACTION_OF[step.name])
    ]


def next_words(draft: Draft, reader: Actor) -> str:
    """What the redraw waits for, in a sentence for this reader."""
    if draft.stage is Stage.DRAFT:
        return str(_("Once the borders are right, it is handed in; somebody else approves it."))
    if draft.stage in BEFORE_APPROVAL:
        if reader.may(Action.APPROVE) and reader.username != draft.author:
            return str(_("It waits for your decision. The border may be walked on site first."))
        return str(_("It waits for the decision of an approver. The border may be walked on site first."))
    if draft.stage is Stage.APPROVED:
        day = format_date(draft.effective_on)
        return str(_("Approved. It can be applied to the live net from %(day)s on.", day=day))
    if draft.stage is Stage.APPLIED:
        return str(_("It is in force."))
    return str(_("It has ended. Its author may open it again as a draft; nothing drawn is lost."))


def _hindrance(step: Step, draft: Draft, reader: Actor) -> str:
    is_author = reader.username == draft.author
    if step.name == "submit" and not draft.standing:
        return str(lazy_gettext("There is no move in it yet."))
    if step.name == "approve" and is_author:
        return str(lazy_gettext("Somebody else than the author approves."))
    if step.name in OF_AUTHORS and not is_author and not draft.shared:
        return str(lazy_gettext("That is up to its author."))
    return ""


def undo_named(conn: Connection, draft_id: int, who: Actor) -> Applied:
    """The applied redraw taken back by a new one, whose name says so in the reader's language."""
    name = redraw.read_draft(conn, draft_id, who).name
    return redraw.undo_applied(conn, draft_id, who, name=str(_("Undo: %(name)s", name=name)))
