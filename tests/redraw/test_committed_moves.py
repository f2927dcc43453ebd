"""Moves of all kinds brought into the database, which proves the net itself at each commit."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from geo_grid import redraw
from geo_grid.cluster import Cluster
from geo_grid.county import read_county
from geo_grid.db import DbRole, engine, reading, run, transaction
from geo_grid.journal import NewChangeset
from geo_grid.partition import to_metres, units
from geo_grid.redraw.applying import families_of, lock_grids, write_changes
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.memory import memory_of
from geo_grid.redraw.net import COUNTY, Net
from geo_grid.redraw.refusals import MoveRefused
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
