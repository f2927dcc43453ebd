"""How a request reads and writes: as the role of the database that has the asker's scope and no more."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeVar, cast

from flask import Flask, current_app, has_request_context
from sqlalchemy import Connection

from geo_grid.access import Scope
from geo_grid.db import DbRole, Lost, SealOutdated, engine, glancer, reading, run
from geo_grid.errors import Unavailable
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings

T = TypeVar("T")
P = ParamSpec("P")
EXTENSION, SCOPES = "geo_grid_settings", "geo_grid_scopes"
TRIES = 5
PAUSE_SECONDS = 0.05
#: How long reading is tried again when connections break under it; it gives up sooner when there is none to be had.
PATIENCE_SECONDS = 8.0


def use_database(app: Flask, settings: Settings) -> None:
    """Let `app` read from the database that `settings` name; nothing is connected yet."""
    app.extensions[EXTENSION] = settings


def know_scope(app: Flask, find: Callable[[], Scope], forget: Callable[[], None], seal: Callable[[bool], str]) -> None:
    """Let `app` ask `find` where the request's asker reaches, and `forget` it when the map has changed since.

    `seal` is under what the asker writes as the clerk: for the county, or anywhere (True).
    """
    app.extensions[SCOPES] = find, forget, seal


def web_settings() -> Settings:
    """The settings that this application was made with."""
    return cast(Settings, current_app.extensions[EXTENSION])


def scope() -> Scope:
    """Where the asker of this request reaches; work that nobody asked for reaches the county."""
    return cast("Callable[[], Scope]", current_app.extensions[SCOPES][0])() if has_request_context() else Scope()


def forget_scope() -> None:
    """Let the request ask anew where its asker reaches: the map has changed since."""
    if has_request_context():
        current_app.extensions[SCOPES][1]()


def connect() -> AbstractContextManager[Connection]:
    """A connection that sees one moment of what the asker may see, and cannot write."""
    here = scope()
    role = DbRole.WEB if here.is_county else DbRole.SCOPED
    return reading(engine(web_settings(), role), seal=here.seal, version=here.version)


def read(work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work(conn, …)` answers of what the asker may see; tried again when the connection broke."""

    def once() -> T:
        with connect() as conn:
            return work(conn, *args, **kwargs)

    return try_again(once)


def connect_widely() -> AbstractContextManager[Connection]:
    """A connection that sees one moment of the whole county, whoever asks: as `read_widely`."""
    return reading(engine(web_settings(), DbRole.WEB))


def read_widely(work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work(conn, …)` answers of the whole county, whoever asks: for what decides by itself who may have it.

    Who calls it, and why that leaks nothing, is in tests/web/test_wide_reading.py.
    """

    def once() -> T:
        with connect_widely() as conn:
            return work(conn, *args, **kwargs)

    return try_again(once)


def write(work: Callable[[Connection], T], changeset: NewChangeset | None = None) -> T:
    """What `work(conn)` answers, done in one transaction where the asker reaches, and written into the journal.

    The database refuses what the asker's roles do not allow there, in the county or in a part of it.
    """
    here = scope()
    if here.is_county:
        return _write_as_clerk(work, changeset, anywhere=False)
    return run(engine(web_settings(), DbRole.EDITOR), work, changeset, seal=here.seal)


def write_widely(work: Callable[[Connection], T], changeset: NewChangeset | None = None) -> T:
    """What `work(conn)` answers, done in the whole county, wherever the asker has a role for it: as `read_widely`."""
    return _write_as_clerk(work, changeset, anywhere=True)


def _write_as_clerk(work: Callable[[Connection], T], changeset: NewChangeset | None, *, anywhere: bool) -> T:
    """What `work(conn)` answers, written under the asker's name and by the asker's rights (db/sql/clerk.sql)."""
    seal = cast("Callable[[bool], str]", current_app.extensions[SCOPES][2])(anywhere)
    return run(engine(web_settings(), DbRole.CLERK), work, changeset, seal=seal)


def keep(work: Callable[[Connection], T]) -> T:
    """What `work(conn)` answers, done in one transaction as the role that keeps accounts."""
    return run(engine(web_settings(), DbRole.ACCESS), work)


def look_up(work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work(conn, …)` reads as the role that keeps accounts; tried again when the connection broke."""

    def once() -> T:
        with reading(engine(web_settings(), DbRole.ACCESS)) as conn:
            return work(conn, *args, **kwargs)

    return try_again(once)


def glance(work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work(conn, …)` reads with one statement as the role that keeps accounts; tried again as `look_up` is."""

    def once() -> T:
        with glancer(web_settings(), DbRole.ACCESS).connect() as conn:
            return work(conn, *args, **kwargs)

    return try_again(once)


def try_again(once: Callable[[], T]) -> T:
    """What `once` answers, tried up to five times while the database cannot be reached or the map changes.

    Connections that break in use do not count as long as `PATIENCE_SECONDS` last: each try has a new one.
    """
    end, attempt = time.monotonic() + PATIENCE_SECONDS, 1
    while True:
        try:
            return once()
        except SealOutdated:
            if attempt == TRIES:
                raise
            forget_scope()
            attempt += 1
        except Lost:
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE_SECONDS)
        except Unavailable:
            if attempt == TRIES:
                raise
            time.sleep(PAUSE_SECONDS * attempt)
            attempt += 1
