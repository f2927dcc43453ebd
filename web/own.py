"""What belongs to whoever asks: the worker that the account stands for, and the grids of its roles."""

from __future__ import annotations

import secrets

from flask import Flask

from geo_grid.visits import worker_of_account
from web.database import read
from web.session import actor


def own_worker() -> str | None:
    """The code of the worker that the account asking stands for; None when nobody said so."""
    account = actor().account
    return None if account is None else read(worker_of_account, account)


def own_grids() -> tuple[str, ...]:
    """The grids that roles of whoever asks were given for; empty when they hold for the county."""
    given = [one.grid for one in actor().given]
    return () if None in given else tuple(dict.fromkeys(grid for grid in given if grid))


def fresh_request() -> str:
    """A name for a form that is sent once; sending it again does nothing again."""
    return secrets.token_hex(16)


def show_own(app: Flask) -> None:
    """Let the templates of `app` name the forms they make."""
    app.jinja_env.globals.update(fresh_request=fresh_request, worker_of=_worker_of)


def _worker_of(account: int) -> str | None:
    """The code of the worker that an account stands for."""
    return read(worker_of_account, account)
