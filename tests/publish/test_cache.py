"""Tests of the tiles kept in memory."""

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import NotFound, Stale
from geo_grid.publish import TileCache, data_version, tiles_of, tiles_shared
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


@pytest.fixture
def two(tmp_path, connect):
    """The caches of two processes of one server."""
    with tiles_shared(tmp_path):
        shared = tiles_of(tmp_path, os.getpid())
        assert shared is not None
        yield TileCache(shared=shared), TileCache(shared=tiles_of(tmp_path, os.getpid()))
    assert tiles_of(tmp_path, os.getpid()) is None


def test_what_one_process_drew_another_one_serves(two, connect):
    with connect() as conn:
        version = data_version(conn)
    first = two[0].get(version, *PLACE, connect=connect, connect_widely=connect)
    assert two[1].get(version, *PLACE, connect=never, connect_widely=connect) == first


def test_a_shared_tile_that_a_change_touched_is_drawn_anew(two, town_clone, connect):
    with connect() as conn:
        old = data_version(conn)
    before = two[0].get(old, *PLACE, connect=connect, connect_widely=connect)
    two[1].get(old, *PLACE, connect=connect, connect_widely=connect)
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        conn.execute(text("UPDATE households SET contact_id = NULL"))
    with connect() as conn:
        new = data_version(conn)
    after = two[0].get(new, *PLACE, connect=connect, connect_widely=connect)
    assert after.body != before.body
    assert two[1].get(new, *PLACE, connect=never, connect_widely=connect) == after


def test_scopes_share_nothing(two, connect):
    with connect() as conn:
        version = data_version(conn)
    two[0].get(version, *PLACE, connect=connect, connect_widely=connect)
    with pytest.raises(AssertionError, match="no database"):
        two[1].get(version, *PLACE, connect=never, connect_widely=connect, tops={"somewhere"})


def test_a_disk_that_refuses_is_as_if_nothing_were_shared(two, tmp_path, connect):
    shutil.rmtree(tmp_path / "tiles")
    with connect() as conn:
        version = data_version(conn)
    assert two[0].get(version, *PLACE, connect=connect, connect_widely=connect).version == version


def test_what_a_killed_server_left_is_removed(tmp_path):
    left = tmp_path / "tiles" / "4194305"  # above the highest number that a process can have
    left.mkdir(parents=True)
    with tiles_shared(tmp_path):
        assert not left.exists()


def test_an_old_version_is_served_while_the_tile_is_as_it_was(town_clone, connect):
    cache = TileCache()
    with connect() as conn:
        old = data_version(conn)
    cache.get(old, *tile_of(*town.degrees(0.5, 3.5), 22), connect=connect, connect_widely=connect)
    new = change(town_clone, "上村1号丙")
    far = tile_of(*town.degrees(90.5, 90.5), 15)
    assert cache.get(new, *far, connect=connect, connect_widely=connect).version == new
    assert cache.get(old, *far, connect=never, connect_widely=connect).version == new
