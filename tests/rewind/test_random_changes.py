"""After any changes, every former state can be brought back exactly, and so can the state before that."""

from __future__ import annotations

import random

import pytest

from geo_grid import rewind
from geo_grid.db import DbRole, engine, run
from geo_grid.rewind import Then
from geo_grid.settings import Settings
from tests.db.conftest import plant
from tests.rewind.changing import Hand, Picture, picture


def restored(settings: Settings, version: int) -> None:
    """Restore a version and commit it."""
    run(
        engine(settings, DbRole.LOADER),
        lambda conn: rewind.rewind(conn, Then(version, None, None, "", ""), "alice"),
    )


def as_of(settings: Settings, version: int) -> Picture:
    """How the county stood at a version: restored, proved, looked at and dropped."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        rewind.rewind(conn, Then(version, None, None, "", ""), "alice")
        conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        found = picture(conn)
        conn.rollback()
    return found


@pytest.mark.parametrize(
    ("changes", "seed"), [(14, 1), pytest.param(1000, 2, marks=pytest.mark.soak)], ids=["a few", "a thousand"]
)
def test_every_former_state_comes_back_exactly(database: Settings, changes: int, seed: int) -> None:
    plant(database)
    hand, rng = Hand(database, seed), random.Random(seed)
    pictures: dict[int, Picture] = {}
    for number in range(changes):
        version, seen = hand.change()
        pictures[version] = seen
        if number % 7 == 6:
            chosen = rng.choice(list(pictures))
            if pictures[chosen] != seen:
                restored(database, chosen)
                pictures[version + 1] = pictures[chosen]
            if rng.random() < 0.5 and pictures[max(pictures)] != seen:
                restored(database, version)
                pictures[version + 2] = seen
    latest = pictures[max(pictures)]
    for version, seen in pictures.items():
        if seen != latest:
            assert as_of(database, version) == seen, f"version {version} is not what it was"
    with engine(database, DbRole.WEB).connect() as conn:
        assert picture(conn) == latest
