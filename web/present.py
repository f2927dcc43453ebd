"""The version of the map that a request is answered at, and whether anything has changed since another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask import Flask, current_app, g

from geo_grid.publish import Change, ChangeLog, data_version
from web.database import connect_widely, read, scope
from web.session import signed_in

EXTENSION = "changes"


def remember_changes(app: Flask) -> ChangeLog:
    """What `app` remembers of the latest changes of the map."""
    log = app.extensions[EXTENSION] = ChangeLog()
    return log


def present_version() -> int:
    """The version of the map when this request's session was looked up, or now for who has none."""
    who = signed_in()
    if who is not None:
        return who.version
    if "version" not in g:
        g.version = read(data_version)
    return cast(int, g.version)


def changes_since(was: int, now: int) -> Sequence[Change] | None:
    """What changed on the map from one version to another; None when that cannot be told.

    It is told of the whole county, whoever asks, and only for deciding whether what is kept is still true.
    """
    return cast(ChangeLog, current_app.extensions[EXTENSION]).between(was, now, connect_widely)


def unchanged(was: int, now: int) -> bool:
    """Whether nothing that the asker of this request sees has changed from one version of the map to another."""
    since, tops = changes_since(was, now), scope().tops
    return since is not None and not any(change.reaches(tops) for change in since)
