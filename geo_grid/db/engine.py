"""The pools of database connections, one for each address and role."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DisconnectionError

from geo_grid.clock import TIME_ZONE
from geo_grid.db.addresses import DbRole, database_url, with_options
from geo_grid.db.failures import Unreachable, translate
from geo_grid.settings import Settings

#: pg_temp last: a temporary table must not stand in front of one of ours. The clock is the county's: a post that ends
#: today is vacant from midnight there, not from midnight UTC.
SESSION_OPTIONS = f"-c search_path=geo_grid,public,pg_temp -c jit=off -c timezone={TIME_ZONE}"


#: A connection that lay unused for longer is asked whether it still lives before it is given out: one that broke within
#: it fails its first statement, after which reading is tried again (`web.database`) and writing has not begun.
TRUSTED_SECONDS = 1.0

#: The pools of this process, by process id too: connections do not survive a fork.
_POOLS: dict[tuple[str, DbRole, str, int], Engine] = {}
#: The same by what the settings say, so that a request need not work out the address; forgotten when it fails.
_KNOWN: dict[tuple[str | None, str, DbRole, str, int], Engine] = {}
#: How a pool's connections begin transactions: as each asks for, or never, every statement standing for itself. A
#: connection that goes from the one to the other pays two round trips (psycopg2 2.9).
AS_ASKED, AT_ONCE = "READ COMMITTED", "AUTOCOMMIT"


def engine(settings: Settings, role: DbRole) -> Engine:
    """The process's pool for `role`; driver errors come out of it as errors of ours (`db.failures`)."""
    return _pool(settings, role, AS_ASKED)


def glancer(settings: Settings, role: DbRole) -> Engine:
    """The process's pool for `role` of connections on which each statement stands for itself."""
    return _pool(settings, role, AT_ONCE)


def _pool(settings: Settings, role: DbRole, isolation: str) -> Engine:
    """The pool of the address that `settings` stand for."""
    asked = (settings.database_url, str(settings.home), role, isolation, os.getpid())
    known = _KNOWN.get(asked)
    if known is None:
        known = _KNOWN[asked] = _pool_now(settings, role, isolation)
    return known


def _pool_now(settings: Settings, role: DbRole, isolation: str) -> Engine:
    """The pool of the address that `settings` stand for now."""
    key = (database_url(settings, role), role, isolation, os.getpid())
    if key not in _POOLS:
        name, options = f"geo_grid {role.name.lower()}", _options(settings)
        _POOLS[key] = new_engine(key[0], application_name=name, options=options, isolation=isolation)
    return _POOLS[key]


def dispose_engines(settings: Settings) -> None:
    """Close the idle connections to the settings' database and forget its pools, so that it can be dropped."""
    _KNOWN.clear()
    for role in DbRole:
        for isolation in (AS_ASKED, AT_ONCE):
            pool = _POOLS.pop((database_url(settings, role), role, isolation, os.getpid()), None)
            if pool is not None:
                pool.dispose()


def _options(settings: Settings) -> dict[str, object]:
    """What a connection knows of the settings: where the key of phones is (`geo_grid.phones.vault_of`)."""
    return {"geo_grid_home": str(settings.home), "geo_grid_phone_key": settings.phone_key}


def new_engine(
    url: str,
    *,
    application_name: str = "geo_grid",
    options: Mapping[str, object] | None = None,
    isolation: str = AS_ASKED,
) -> Engine:
    """A pool of its own for `url`, with the session settings that all our statements rely on."""
    pool = create_engine(
        with_options(make_url(url), SESSION_OPTIONS),
        pool_size=10,
        max_overflow=5,
        execution_options=dict(options or {}),
        isolation_level=isolation,
        connect_args={"connect_timeout": 10, "application_name": application_name},
    )

    @event.listens_for(pool, "handle_error", retval=True)
    def _speak_plainly(context: ExceptionContext) -> BaseException | None:
        said = translate(context.original_exception, pool.url)
        if isinstance(said, Unreachable):
            _KNOWN.clear()
        return said

    event.listen(pool, "checkin", _note_use)
    event.listen(pool, "checkout", _demand_life)
    return pool


def _note_use(_connection: Any, record: Any) -> None:
    """Note when a connection came back into its pool."""
    record.info["used"] = time.monotonic()


def _demand_life(connection: Any, record: Any, _proxy: Any) -> None:
    """Nothing, if the connection lives as far as is known; else raises what makes the pool open another one."""
    used = record.info.get("used")
    if used is None or time.monotonic() - used < TRUSTED_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.rollback()
    except connection.Error as broken:
        raise DisconnectionError from broken
