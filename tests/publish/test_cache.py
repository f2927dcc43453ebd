"""Tests of the tiles kept in memory."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import NotFound, Stale
from geo_grid.publish import TileCache, data_version
from tests.publish import town
from tests.publish.conftest import tile_of

PLACE = tile_of(*town.degrees(0.5, 3.5), 15)


def change(settings, address):
    """Commits a change to the town; gives the version it made."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        conn.execute(text("UPDATE households SET address = :a WHERE code = 'H1'"), {"a": address})
    with engine(settings, DbRole.WEB).connect() as conn:
        return data_version(conn)


@pytest.fixture
def connect(town_clone):
    return engine(town_clone, DbRole.WEB).connect


def never():
    raise AssertionError("a kept tile needs no database")


def test_a_kept_tile_is_served_without_the_database(connect):
    cache = TileCache()
    with connect() as conn:
        version = data_version(conn)
    first = cache.get(version, *PLACE, connect=connect)
    assert cache.get(version, *PLACE, connect=never) is first


def test_after_a_change_the_old_version_is_stale_and_the_new_one_is_drawn(town_clone, connect):
    cache = TileCache()
    with connect() as conn:
        old = data_version(conn)
    new = change(town_clone, "上村1号甲")
    with pytest.raises(Stale, match=str(new)):
        cache.get(old, *PLACE, connect=connect)
    assert cache.get(new, *PLACE, connect=never).version == new


def test_a_version_of_the_future_is_stale(connect):
    with pytest.raises(Stale):
        TileCache().get(10**12, *PLACE, connect=connect)


def test_a_change_committed_while_a_tile_is_asked_for_is_never_hidden(town_clone, connect):
    cache = TileCache()
    with connect() as conn:
        version = data_version(conn)

    def late():
        change(town_clone, "上村1号乙")
        return connect()

    with pytest.raises(Stale):
        cache.get(version, *PLACE, connect=late)
    assert cache.get(version + 100_000, *PLACE, connect=never).version == version + 100_000


def test_many_threads_build_a_cold_tile_once(connect):
    cache, opened, gate = TileCache(), [], threading.Barrier(8)
    with connect() as conn:
        version = data_version(conn)

    def counted():
        opened.append(1)
        return connect()

    def ask(_):
        gate.wait()
        return cache.get(version, *PLACE, connect=counted)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert len(opened) == 1
    assert all(answer is answers[0] for answer in answers)


def test_a_failure_is_not_kept(connect):
    cache = TileCache()
    with pytest.raises(NotFound):
        cache.get(1, 40, 0, 0, connect=connect)
    with pytest.raises(AssertionError):
        cache.get(1, *PLACE, connect=never)
    with connect() as conn:
        version = data_version(conn)
    assert cache.get(version, *PLACE, connect=connect).version == version


def test_the_cache_stays_within_its_bytes_and_drops_the_oldest(connect):
    cache = TileCache(max_bytes=4_000)
    with connect() as conn:
        version = data_version(conn)
    for x in range(12):
        cache.get(version, 22, x, 0, connect=connect)
        assert cache.bytes_held <= 4_000
    assert 0 < len(cache) < 12
    assert cache.get(version, 22, 11, 0, connect=never).empty
    with pytest.raises(AssertionError):
        cache.get(version, 22, 0, 0, connect=never)
