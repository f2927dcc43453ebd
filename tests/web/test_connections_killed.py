"""Database connections that are killed again and again: reading never notices, writing is whole or not at all."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from geo_grid.db import DbRole, database_url, engine
from geo_grid.settings import Settings
from tests.web.accounts import signed_in, token_of
from web.app import create_app

PATHS = (
    "/panel/grids/990125101",
    "/api/overview",
    "/api/grids/990125101",
    "/panel/tree",
    "/coverage",
    "/workers",
)
RULE = "a_service_point_nearby"


def killing(settings: Settings, seconds: float, pause: float) -> int:
    """How many times all other connections to the database were killed."""
    url = make_url(database_url(settings, DbRole.ADMIN))
    killer = create_engine(url.set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    times, end = 0, time.monotonic() + seconds
    with killer.connect() as conn:
        while time.monotonic() < end:
            conn.exec_driver_sql(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
            )
            times += 1
            time.sleep(pause)
    return times


def reader(app: Flask, is_over: threading.Event, seen: Counter[tuple[int, str]]) -> None:
    """Reads one page after another until it is over."""
    client = app.test_client()
    while not is_over.is_set():
        for path in PATHS:
            seen[client.get(path).status_code, path] += 1


def writer(client: FlaskClient, token: str, is_over: threading.Event, seen: Counter[int], limits: list[int]) -> None:
    """Sets a limit again and again; keeps those of which the page said that they are set."""
    limit = 3000
    while not is_over.is_set():
        limit += 1
        answer = client.post(f"/coverage/{RULE}", data={"csrf_token": token, "distance_m": str(limit), "is_on": "1"})
        seen[answer.status_code] += 1
        assert answer.status_code != 503 or "Retry-After" in answer.headers
        limits.append(limit if answer.status_code < 400 else -limit)


@pytest.mark.parametrize("seconds", [3.0, pytest.param(60.0, marks=pytest.mark.soak)])
def test_reading_never_notices_and_writing_is_whole(sample_clone: Settings, shelf: None, seconds: float) -> None:
    app = create_app(sample_clone)
    administrator = signed_in(app.test_client(), "ADMINISTRATOR")
    is_over, reads, writes = threading.Event(), Counter[tuple[int, str]](), Counter[int]()
    limits: list[int] = []
    work: list[tuple[Callable[..., None], tuple[object, ...]]] = [
        (reader, (app, is_over, reads)),
        (reader, (app, is_over, reads)),
        (writer, (administrator, token_of(administrator, "/coverage"), is_over, writes, limits)),
    ]
    threads = [threading.Thread(target=target, args=args) for target, args in work]
    for thread in threads:
        thread.start()
    times = killing(sample_clone, seconds, 1.0)
    is_over.set()
    for thread in threads:
        thread.join(60)
    assert times >= seconds / 2
    assert {status for status, _ in reads} == {200}, reads
    assert reads.total() >= len(PATHS) * seconds / 10, reads
    assert set(writes) <= {302, 303, 503}, writes
    with engine(sample_clone, DbRole.WEB).connect() as conn:
        stands = conn.exec_driver_sql(f"SELECT distance_m FROM geo_grid.coverage_rules WHERE code = '{RULE}'").scalar()
    last = max(place for place, limit in enumerate(limits) if limit > 0)
    assert stands in {abs(limit) for limit in limits[last:]}, "an answered write is lost, or half of one is there"
