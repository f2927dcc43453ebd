"""Moves of all kinds brought into the database, which proves the net itself at each commit."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.cluster import Cluster
from geo_grid.county import read_county
from geo_grid.db import DbRole, engine, reading, run, transaction
from geo_grid.journal import NewChangeset
from geo_grid.partition import to_metres, units
from geo_grid.redraw.applying import families_of, lock_grids, write_changes
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.memory import memory_of
from geo_grid.redraw.moves import Split
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import MoveRefused
from geo_grid.redraw.rows import COUNTY
from geo_grid.redraw.run import run as run_move
from geo_grid.redraw.wire import move_from_json, move_to_json
from geo_grid.settings import Settings
from tests import databases
from tests.redraw.anything import Planner

MOVES = 25


@pytest.fixture(scope="module")
def county(cluster: Cluster) -> Iterator[Settings]:
    """The sample county, to be worked on."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings


def test_moves_of_all_kinds_commit_and_read_back_as_they_were_computed(county: Settings) -> None:
    pool = engine(county, DbRole.LOADER)
    with reading(pool) as conn:
        source = memory_of(read_county(conn))
    rng = random.Random(7)
    net, codes, committed = Net(source), list(source.codes), 0
    while committed < MOVES:
        move = Planner(codes, rng).move(net)
        try:
            expected, new = run_move(net, move)
        except MoveRefused:
            continue
        with transaction(pool, changeset=NewChangeset("alice", "redraw")) as conn:
            live = Net(LiveSource(conn))
            changes, live_new = run_move(live, move)
            assert live_new == new
            assert {code: pair[1] for code, pair in changes.rows.items()} == {
                code: pair[1] for code, pair in expected.rows.items()
            }
            assert changes.homes == expected.homes
            lock_grids(conn, families_of(live, changes))
            write_changes(conn, live, changes, srid=4546, today=conn.exec_driver_sql("SELECT current_date").scalar())
        net, codes = net.after(expected), sorted({*codes, *new})
        committed += 1
    with reading(pool) as conn:
        stored = memory_of(read_county(conn))
    assert list(stored.codes) == [code for code in codes if net.get(code) is not None]
    for code in stored.codes:
        assert stored.rows([code])[0].digest == net.row(code).digest
        assert Net(stored).outline(code).wkb == net.outline(code).wkb
    assert Net(stored).outline(COUNTY).wkb == net.outline(COUNTY).wkb
    assert [door[:1] + door[4:] for door in Net(stored).doors(stored.codes)] == [
        door[:1] + door[4:] for door in net.doors(codes)
    ]


def test_a_line_comes_back_from_the_wire_to_the_same_lattice_points(county: Settings) -> None:
    with reading(engine(county, DbRole.LOADER)) as conn:
        source = memory_of(read_county(conn))
    rng = random.Random(3)
    for _ in range(200):
        move = Planner(list(source.codes), rng).move(Net(source))
        plain = json.loads(json.dumps(move_to_json(move, 4546)))
        back = move_from_json(plain, 4546)
        for name in ("line", "region"):
            if hasattr(move, name):
                drawn = to_metres(units(getattr(move, name)))
                again = move_from_json(move_to_json(replace(move, **{name: drawn}), 4546), 4546)
                assert (units(getattr(again, name)) == units(drawn)).all()
                move, back = replace(move, **{name: ()}), replace(back, **{name: ()})
        assert back == move


def test_the_sheet_before_is_what_the_database_says_after(county: Settings) -> None:
    """What a preview promises of a grid is what a preview of nothing finds there once the moves are in force."""
    pool = engine(county, DbRole.LOADER)
    rng = random.Random(11)
    with reading(pool) as conn:
        source = memory_of(read_county(conn))
    checked = 0
    while checked < 8:
        move = Planner(list(source.codes), rng).move(Net(source))
        try:
            with reading(pool) as conn:
                promised = redraw.preview_moves(conn, [move])
        except MoveRefused:
            continue
        checked += 1

        def bring(conn: object, move: redraw.Move = move) -> None:
            live = Net(LiveSource(conn))  # type: ignore[arg-type]
            changes, _ = run_move(live, move)
            write_changes(conn, live, changes, srid=4546, today=conn.exec_driver_sql("SELECT current_date").scalar())  # type: ignore[arg-type, attr-defined]

        run(pool, bring, NewChangeset("alice", "redraw"))
        with engine(county, DbRole.LOADER).connect() as conn:
            for effect in promised.grids:
                found = conn.exec_driver_sql(
                    "WITH RECURSIVE b AS (SELECT id FROM grids WHERE code = %s UNION ALL SELECT v.grid_id FROM b"
                    " JOIN grid_versions v ON v.parent_id = b.id AND upper_inf(v.valid))"
                    " SELECT count(h.id), coalesce(sum(h.persons), 0)"
                    " FROM b LEFT JOIN households h ON h.grid_id = b.id",
                    (effect.code,),
                ).one()
                said = (0, 0) if effect.after is None else (effect.after.households, effect.after.persons)
                assert tuple(found) == said, effect.code


def test_a_leaf_is_split_without_reading_the_whole_county(county: Settings) -> None:
    """With statistics that tempt the planner: one change set with all the history, few grids to look for by id."""
    with transaction(engine(county, DbRole.ADMIN)) as conn:
        conn.exec_driver_sql("ANALYZE")
    with engine(county, DbRole.LOADER).connect() as conn, conn.begin() as under_way:
        net = Net(LiveSource(conn))
        changes = _split_of_a_leaf(net, conn)
        before = _rows_read(conn)
        NewChangeset("alice", "redraw").open(conn)
        lock_grids(conn, families_of(net, changes))
        write_changes(conn, net, changes, srid=4546, today=conn.exec_driver_sql("SELECT current_date").scalar())
        conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        after = _rows_read(conn)
        whole = {table: conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in after}
        under_way.rollback()
    for table, count in after.items():
        assert count - before.get(table, 0) < whole[table] / 4, table


def _split_of_a_leaf(net: Net, conn: Connection) -> ChangeSet:
    """The first split across the middle of a leaf with households that the net takes."""
    with_doors = "SELECT g.code FROM grids g WHERE tier = 'MICRO' AND retired_at IS NULL AND 9 < " + (
        "(SELECT count(*) FROM households h WHERE h.grid_id = g.id) ORDER BY md5(g.code)"
    )
    for code in conn.exec_driver_sql(with_doors).scalars():
        west, south, east, north = net.row(code).own.bounds
        middle = (south + north) / 2
        try:
            return run_move(net, Split((code,), ((west - 3, middle), (east + 3, middle))))[0]
        except MoveRefused:
            continue
    raise AssertionError("no leaf can be split")


def _rows_read(conn: Connection) -> dict[str, int]:
    """How many rows of each large table this transaction has read so far, by whatever way."""
    return {
        row.relname: row.count
        for row in conn.exec_driver_sql(
            "SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) AS count FROM pg_stat_xact_user_tables"
            " WHERE relname IN ('households', 'household_history', 'grids', 'grid_versions')"
        )
    }
