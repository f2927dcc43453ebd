"""What can ail an installation: each check says how it stands, and what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, cast

from flask import current_app
from flask_babel import gettext as _

from geo_grid import access, journal, phones
from geo_grid.db import DbRole, ensure_current
from geo_grid.db.scheduled import backups_in
from geo_grid.errors import GeoGridError
from web.database import look_up, read_widely, web_settings
from web.session import is_demo
from web.soundness import Verdicts

GIGABYTE = 1 << 30
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class State(Enum):
    """How a check came out."""

    GOOD = "good"
    DOUBTFUL = "accent"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Ailment:
    """A check: what was looked at, how it stands, and what to do when it is not good."""

    name: str
    state: State
    told: str
    hint: str = ""


def checks() -> list[Ailment]:
    """Every check, done now; one that cannot be done is bad."""
    return [_done(check) for check in (_schema, _net, _journal, _phones, _backups, _disk, _accounts, _way)]


def _done(check: Callable[[], Ailment]) -> Ailment:
    """What a check says; what kept it from saying so when it could not."""
    try:
        return check()
    except (GeoGridError, OSError) as failure:
        return Ailment(check.__name__.strip("_"), State.BAD, str(failure), _("Mend that, then load this page again."))


def _schema() -> Ailment:
    ensure_current(web_settings(), DbRole.WEB)
    return Ailment(_("Database and schema"), State.GOOD, _("It answers, and its schema is this program's."))


def _net() -> Ailment:
    broken = read_widely(cast(Verdicts, current_app.extensions["verdicts"]).broken)
    told = _("%(count)s faults in the net", count=broken)
    if broken:
        return Ailment(_("Net"), State.BAD, told, _("Run `geo-grid check`: it names each fault and what to do."))
    return Ailment(_("Net"), State.GOOD, told)


def _journal() -> Ailment:
    report = look_up(journal.check_chain)
    if report.broken is not None:
        told = _("From entry %(number)s on it is not what was written.", number=report.broken)
        return Ailment(_("Journal"), State.BAD, told, _("Compare the database with a backup: geo-grid db verify FILE."))
    return Ailment(_("Journal"), State.GOOD, _("%(count)s entries, an unbroken chain", count=report.entries))


def _phones() -> Ailment:
    if read_widely(phones.key_fits):
        return Ailment(_("Key of phones"), State.GOOD, _("Phones are sealed, and the key opens them."))
    hint = _("Bring back the file phone_key of HOME, or the setting GEO_GRID_PHONE_KEY.")
    return Ailment(_("Key of phones"), State.BAD, _("The key does not open the phones."), hint)


def _backups() -> Ailment:
    folder = web_settings().backup_folder
    if folder is None:
        hint = _("Set GEO_GRID_BACKUP_FOLDER to a folder on another disk.")
        return Ailment(_("Backups"), State.DOUBTFUL, _("None are made by themselves."), hint)
    made = backups_in(folder)
    if not made or datetime.now(UTC) - made[-1][0] > timedelta(hours=49):
        hint = _("Look into the log of `geo-grid serve`, and at the space in %(folder)s.", folder=folder)
        return Ailment(_("Backups"), State.BAD, _("The last two days have none."), hint)
    told = _("%(count)s kept, the latest of %(day)s", count=len(made), day=f"{made[-1][0]:%Y-%m-%d %H:%M} UTC")
    return Ailment(_("Backups"), State.GOOD, told)


def _disk() -> Ailment:
    free = shutil.disk_usage(web_settings().home.parent).free
    told = _("%(count)s GB free", count=f"{free / GIGABYTE:.1f}")
    if free < 5 * GIGABYTE:
        state = State.BAD if free < GIGABYTE else State.DOUBTFUL
        return Ailment(_("Disk"), state, told, _("Free space where HOME lies, or give it a larger disk."))
    return Ailment(_("Disk"), State.GOOD, told)


def _accounts() -> Ailment:
    if is_demo():
        hint = _("Put no real data into it; a county of your own begins with a new database.")
        return Ailment(_("Accounts"), State.DOUBTFUL, _("This is a demo: everybody may read and sign in."), hint)
    kept: Any = look_up(access.all_accounts)
    inside = [account for account in kept if account.disabled_at is None and not account.is_demo]
    return Ailment(_("Accounts"), State.GOOD, _("%(count)s accounts in use", count=len(inside)))


def _way() -> Ailment:
    settings = web_settings()
    if settings.https or settings.host in LOOPBACK:
        return Ailment(_("Way to the browser"), State.GOOD, _("https, or this machine alone"))
    hint = _("Put a proxy with a certificate before it, and set GEO_GRID_HTTPS=true and GEO_GRID_PROXIES=1.")
    return Ailment(_("Way to the browser"), State.BAD, _("Passwords travel unprotected."), hint)
