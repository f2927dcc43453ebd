"""How a request reads: one connection as the role WEB, asked again when a pooled one had died."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import Connection, Engine

from geo_grid.db import DbRole, engine, reading, run
from geo_grid.errors import Unavailable
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings

T = TypeVar("T")
P = ParamSpec("P")
EXTENSION = "geo_grid_settings"
TRIES = 3
PAUSE_SECONDS = 0.05


def use_database(app: Flask, settings: Settings) -> None:
    """Let `app` read from the database that `settings` name; nothing is connected yet."""
    app.extensions[EXTENSION] = settings


def web_settings() -> Settings:
    """The settings that this application was made with."""
    return cast(Settings, current_app.extensions[EXTENSION])


def web_engine() -> Engine:
    """The engine of this application, as the role WEB."""
    return engine(web_settings(), DbRole.WEB)


def connect() -> AbstractContextManager[Connection]:
    """A connection that sees one moment and cannot write."""
    return reading(web_engine())


def read(work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work(conn, …)` answers; tried again when the connection broke, as nothing here writes."""

    def once() -> T:
        with connect() as conn:
            return work(conn, *args, **kwargs)

    return try_again(once)


def write(work: Callable[[Connection], T], changeset: NewChangeset | None = None) -> T:
    """What `work(conn)` answers, done in one transaction as the role LOADER and written into the journal."""
    return run(engine(web_settings(), DbRole.LOADER), work, changeset)


def keep(work: Callable[[Connection], T]) -> T:
    """What `work(conn)` answers, done in one transaction as the role that keeps accounts."""
    return run(engine(web_settings(), DbRole.ACCESS), work)


def look_up(work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work(conn, …)` reads as the role that keeps accounts; tried again when the connection broke."""

    def once() -> T:
        with reading(engine(web_settings(), DbRole.ACCESS)) as conn:
            return work(conn, *args, **kwargs)

    return try_again(once)


def try_again(once: Callable[[], T]) -> T:
    """What `once` answers, tried up to three times while the database cannot be reached."""
    for attempt in range(1, TRIES):
        try:
            return once()
        except Unavailable:
            time.sleep(PAUSE_SECONDS * attempt)
    return once()
