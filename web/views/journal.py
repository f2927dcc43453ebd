"""/journal: who did what, by person, place and time."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import lazy_gettext

from geo_grid.access import Action
from geo_grid.journal import check_chain, read_entries
from web import params
from web.access import needs
from web.database import look_up, read

journal = Blueprint("journal", __name__)

MOST = 100
KINDS = {
    "change": lazy_gettext("changed data"),
    "account-added": lazy_gettext("added an account"),
    "account-disabled": lazy_gettext("disabled an account"),
    "account-enabled": lazy_gettext("enabled an account"),
    "role-given": lazy_gettext("gave a role"),
    "role-taken": lazy_gettext("took a role"),
    "password-set": lazy_gettext("set a password"),
    "phone-revealed": lazy_gettext("read a phone in full"),
    "phones-exported": lazy_gettext("exported phones"),
    "retention": lazy_gettext("removed what was kept long enough"),
    "redaction": lazy_gettext("took a name or a phone out of the history"),
}


@journal.get("/journal")
@needs(Action.READ_JOURNAL)
def entries() -> str:
    """The journal, latest first; `?actor=&about=&since=&until=` narrow it, `?before=` turns the page."""
    wish = {
        "actor": params.text_or_none("actor"),
        "about": params.text_or_none("about"),
        "since": params.day_or_none("since"),
        "until": params.day_or_none("until"),
    }
    before = params.count("before", 0, 2**62) or None
    shown = read(read_entries, **wish, before=before, most=MOST)  # type: ignore[arg-type]
    return render_template("journal/entries.html", entries=shown, wish=wish, kinds=KINDS, most=MOST)


@journal.get("/journal/check")
@needs(Action.READ_JOURNAL)
def check() -> str:
    """Whether the journal is what was written."""
    return render_template("journal/check.html", report=look_up(check_chain))
