"""The pools of database connections, one for each address and role."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url

from geo_grid.db.addresses import DbRole, database_url, with_options
from geo_grid.db.failures import translate
from geo_grid.settings import Settings

#: pg_temp last: a temporary table must not stand in front of one of ours. The clock is the county's: a post that ends
#: today is vacant from midnight there, not from midnight UTC.
SESSION_OPTIONS = "-c search_path=geo_grid,public,pg_temp -c jit=off -c timezone=Asia/Shanghai"


#: The pools of this process, by process id too: connections do not survive a fork.
_POOLS: dict[tuple[str, DbRole, int], Engine] = {}


def engine(settings: Settings, role: DbRole) -> Engine:
    """The process's pool for `role`; driver errors come out of it as errors of ours (`db.failures`)."""
    key = (database_url(settings, role), role, os.getpid())
    if key not in _POOLS:
        _POOLS[key] = new_engine(key[0], application_name=f"geo_grid {role.name.lower()}", options=_options(settings))
    return _POOLS[key]


def dispose_engines(settings: Settings) -> None:
    """Close the idle connections to the settings' database and forget its pools, so that it can be dropped."""
    for role in DbRole:
        pool = _POOLS.pop((database_url(settings, role), role, os.getpid()), None)
        if pool is not None:
            pool.dispose()


def _options(settings: Settings) -> dict[str, object]:
    """What a connection knows of the settings: where the key of phones is (`geo_grid.phones.vault_of`)."""
    return {"geo_grid_home": str(settings.home), "geo_grid_phone_key": settings.phone_key}


def new_engine(url: str, *, application_name: str = "geo_grid", options: Mapping[str, object] | None = None) -> Engine:
    """A pool of its own for `url`, with the session settings that all our statements rely on."""
    pool = create_engine(
        with_options(make_url(url), SESSION_OPTIONS),
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=10,
        execution_options=dict(options or {}),
        connect_args={"connect_timeout": 10, "application_name": application_name},
    )

    @event.listens_for(pool, "handle_error", retval=True)
    def _speak_plainly(context: ExceptionContext) -> BaseException | None:
        return None if context.is_pre_ping else translate(context.original_exception, pool.url)

    return pool
