"""The way of a redraw from draft into force and back, on PostGIS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from shapely.geometry import shape
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import Forbidden
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import NotFound
from geo_grid.redraw import Merge, Rename, Split, Stage, Transfer
from geo_grid.settings import Settings
from tests import databases
from tests.redraw.people import ALICE, BOB, CHEN, READER

#: The tables that a redraw changes, without what counts changes.
CONTENT = {
    "grids": "SELECT code, tier, retired_at IS NULL FROM grids WHERE retired_at IS NULL ORDER BY code",
    "versions": (
        "SELECT g.code, p.code, v.name, md5(ST_AsBinary(v.own)), md5(ST_AsBinary(v.geom)) FROM grid_versions v "
        "JOIN grids g ON g.id = v.grid_id LEFT JOIN grids p ON p.id = v.parent_id WHERE upper_inf(v.valid) ORDER BY 1"
    ),
    "households": "SELECT h.code, g.code FROM households h JOIN grids g ON g.id = h.grid_id ORDER BY 1",
    "posts": (
        "SELECT g.code, role, seat FROM posts p JOIN grids g ON g.id = p.grid_id"
        " WHERE ended_on IS NULL ORDER BY 1, 2, 3"
    ),
    "assignments": (
        "SELECT g.code, p.role, p.seat, w.code, a.during::text FROM assignments a JOIN posts p ON p.id = a.post_id "
        "JOIN grids g ON g.id = p.grid_id JOIN workers w ON w.id = a.worker_id ORDER BY 1, 2, 3, 4"
    ),
    "county": "SELECT md5(ST_AsBinary(geom)) FROM county",
}


def content(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """What the tables say."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return {name: [tuple(row) for row in conn.exec_driver_sql(query)] for name, query in CONTENT.items()}


class Desk:
    """Runs functions of the redraw package each in a transaction of its own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pairs = iter(self._pairs())

    @contextmanager
    def conn(self) -> Iterator[Connection]:
        """A transaction as the loader."""
        with transaction(engine(self.settings, DbRole.LOADER)) as conn:
            yield conn

    def do(self, work: Callable[..., object], *args: object, **kwargs: object) -> object:
        """What the function answers."""
        with self.conn() as conn:
            return work(conn, *args, **kwargs)

    def ask(self, query: str) -> object:
        """The one value of a query."""
        with self.conn() as conn:
            return conn.exec_driver_sql(query).scalar()

    def _pairs(self) -> list[tuple[str, str]]:
        """Two micro grids side by side of each of many groups."""
        with self.conn() as conn:
            return [
                (row[0], row[1])
                for row in conn.exec_driver_sql(
                    "SELECT min(g.code), max(g.code) FROM grids g"
                    " JOIN grid_versions v ON v.grid_id = g.id AND upper_inf(valid)"
                    " WHERE g.tier = 'MICRO' GROUP BY v.parent_id HAVING count(*) > 3 ORDER BY 1"
                )
            ]


@pytest.fixture(scope="module")
def desk(cluster: Cluster) -> Iterator[Desk]:
    """The sample county to be worked on; each test takes other groups."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield Desk(settings)


def across(desk: Desk, code: str) -> tuple[tuple[float, float], ...]:
    """A line over a grid from west to east."""
    with desk.conn() as conn:
        west, south, east, north = conn.exec_driver_sql(
            "SELECT ST_XMin(own), ST_YMin(own), ST_XMax(own), ST_YMax(own) FROM grid_versions v "
            "JOIN grids g ON g.id = v.grid_id WHERE g.code = %s AND upper_inf(valid)",
            (code,),
        ).one()
    return ((west - 3.0, (south + north) / 2), (east + 3.0, (south + north) / 2 + 7))


def brought_in(desk: Desk, *moves: redraw.Move) -> redraw.Applied:
    """The moves drawn by Alice, approved and applied by Chen."""
    draft = desk.do(redraw.create_draft, ALICE, "北街调整")
    for move in moves:
        desk.do(redraw.add_move, draft.id, ALICE, move)
    desk.do(redraw.submit, draft.id, ALICE)
    with desk.conn() as conn:
        today = conn.exec_driver_sql("SELECT current_date").scalar()
        redraw.approve(conn, draft.id, CHEN, today)
    return desk.do(redraw.apply, draft.id, CHEN)


def siblings(desk: Desk) -> tuple[str, str]:
    """Two micro grids of one group that somebody looks after."""
    return next(desk.pairs)


def test_a_split_is_drawn_approved_applied_and_undone_to_the_byte(desk: Desk) -> None:
    before = content(desk.settings)
    code, _ = siblings(desk)
    applied = brought_in(desk, Split((code,), across(desk, code)))
    during = content(desk.settings)
    assert len(during["grids"]) == len(before["grids"]) + 1
    assert len(during["posts"]) > len(before["posts"])
    assert applied.draft.stage is Stage.APPLIED
    back = desk.do(redraw.undo_applied, applied.draft.id, CHEN)
    assert content(desk.settings) == before
    assert back.draft.undoes == applied.draft.id
    desk.do(redraw.undo_applied, back.draft.id, CHEN)
    assert content(desk.settings) == during


def test_merged_grids_are_retired_and_come_back_with_their_codes_and_workers(desk: Desk) -> None:
    before = content(desk.settings)
    one, other = siblings(desk)
    applied = brought_in(desk, Merge((one, other), one))
    during = content(desk.settings)
    assert other not in {row[0] for row in during["grids"]}
    assert other not in {row[0] for row in during["posts"]}
    assert {row[1] for row in during["households"]} <= {row[0] for row in during["grids"]}
    lineage = desk.do(redraw.lineage_of, other)
    assert [step.target for step in lineage.went_to] == [one]
    assert lineage.went_to[0].households == sum(row[1] == other for row in before["households"])
    desk.do(redraw.undo_applied, applied.draft.id, CHEN)
    assert content(desk.settings) == before


def test_a_whole_group_moves_into_another_village(desk: Desk) -> None:
    before = content(desk.settings)
    with desk.conn() as conn:
        group, village = conn.exec_driver_sql(
            "SELECT g.code, s.code FROM grids g JOIN grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid)"
            " JOIN grid_versions w ON w.tier = 'SUB' AND upper_inf(w.valid) AND w.grid_id <> v.parent_id"
            " AND ST_Intersects(w.geom, v.geom) JOIN grids s ON s.id = w.grid_id"
            " WHERE g.tier = 'GROUP' AND v.parent_tier = 'SUB' ORDER BY 1, 2 LIMIT 1"
        ).one()
    applied = brought_in(desk, Transfer(group, village))
    assert village in applied.codes
    desk.do(redraw.undo_applied, applied.draft.id, CHEN)
    assert content(desk.settings) == before


def test_an_undo_names_the_later_change_in_its_way(desk: Desk) -> None:
    one, _ = siblings(desk)
    applied = brought_in(desk, Split((one,), across(desk, one)))
    brought_in(desk, Rename(one, "新名"))
    with pytest.raises(redraw.LaterChanges, match=f"{one}: chen"):
        desk.do(redraw.undo_applied, applied.draft.id, CHEN)


def test_whoever_drew_does_not_approve(desk: Desk) -> None:
    one, _ = siblings(desk)
    draft = desk.do(redraw.create_draft, CHEN_WHO_DRAWS, "调整")
    desk.do(redraw.add_move, draft.id, CHEN_WHO_DRAWS, Rename(one, "新名"))
    desk.do(redraw.submit, draft.id, CHEN_WHO_DRAWS)
    today = desk.ask("SELECT current_date")
    with pytest.raises(redraw.OwnApproval):
        desk.do(redraw.approve, draft.id, CHEN_WHO_DRAWS, today)


def test_a_draft_is_private_until_it_is_shared(desk: Desk) -> None:
    draft = desk.do(redraw.create_draft, ALICE, "私稿")
    with pytest.raises(NotFound):
        desk.do(redraw.read_draft, draft.id, BOB)
    assert draft.id not in {one.id for one in desk.do(redraw.list_drafts, BOB)}
    desk.do(redraw.change_draft, draft.id, ALICE, shared=True)
    assert desk.do(redraw.read_draft, draft.id, BOB).shared
    with pytest.raises(Forbidden):
        desk.do(redraw.add_move, draft.id, READER, Rename("x", "y"))


def test_moves_are_undone_and_done_again_and_a_new_one_drops_the_rest(desk: Desk) -> None:
    one, other = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    for name in ("甲", "乙", "丙"):
        desk.do(redraw.add_move, draft.id, ALICE, Rename(one, name))
    desk.do(redraw.undo_move, draft.id, ALICE)
    worked = desk.do(redraw.undo_move, draft.id, ALICE)
    assert [effect.name for effect in worked.preview.grids] == ["甲"]
    worked = desk.do(redraw.redo_move, draft.id, ALICE)
    assert [effect.name for effect in worked.preview.grids] == ["乙"]
    worked = desk.do(redraw.add_move, draft.id, ALICE, Rename(other, "丁"))
    assert [move.move for move in worked.draft.moves] == [Rename(one, "甲"), Rename(one, "乙"), Rename(other, "丁")]
    assert not worked.draft.can_redo


def test_a_refused_move_leaves_the_draft_as_it_was(desk: Desk) -> None:
    one, _ = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    with pytest.raises(redraw.MoveRefused) as refused:
        desk.do(redraw.add_move, draft.id, ALICE, Split((one,), ((0.0, 0.0), (10.0, 10.0))))
    assert refused.value.kind == "misses_grid"
    assert desk.do(redraw.read_draft, draft.id, ALICE) == draft


def test_a_redraw_waits_for_its_day_and_takes_no_past_one(desk: Desk) -> None:
    one, _ = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "改名")
    desk.do(redraw.add_move, draft.id, ALICE, Rename(one, "新名"))
    desk.do(redraw.submit, draft.id, ALICE)
    today = desk.ask("SELECT current_date")
    with pytest.raises(redraw.PastDate):
        desk.do(redraw.approve, draft.id, CHEN, today - timedelta(days=1))
    desk.do(redraw.approve, draft.id, CHEN, today + timedelta(days=30))
    with pytest.raises(redraw.NotYet):
        desk.do(redraw.apply, draft.id, CHEN)
    assert draft.id not in desk.do(redraw.due, today)
    assert draft.id in desk.do(redraw.due, today + timedelta(days=30))


def test_the_second_planner_on_one_border_gets_the_name_of_the_first_and_can_rebase(desk: Desk) -> None:
    one, _ = siblings(desk)
    line = across(desk, one)
    draft = desk.do(redraw.create_draft, BOB, "鲍勃的草稿")
    desk.do(redraw.add_move, draft.id, BOB, Split((one,), line))
    desk.do(redraw.submit, draft.id, BOB)
    desk.do(redraw.approve, draft.id, CHEN, desk.ask("SELECT current_date"))
    brought_in(desk, Rename(one, "艾丽丝改名"))
    with pytest.raises(redraw.Moved, match=f"{one} was changed by chen") as moved:
        desk.do(redraw.apply, draft.id, CHEN)
    assert moved.value.move == 1
    desk.do(redraw.reopen, draft.id, BOB)
    rebased = desk.do(redraw.rebase, draft.id, BOB)
    assert rebased.ok
    assert [(found.grid, found.actor) for found in rebased.changed] == [(one, "chen")]
    desk.do(redraw.submit, draft.id, BOB)
    desk.do(redraw.approve, draft.id, CHEN, desk.ask("SELECT current_date"))
    assert desk.do(redraw.apply, draft.id, CHEN).draft.stage is Stage.APPLIED


def test_a_draft_whose_grid_is_gone_names_the_move_the_grid_and_the_person(desk: Desk) -> None:
    one, other = siblings(desk)
    draft = desk.do(redraw.create_draft, BOB, "鲍勃的草稿")
    desk.do(redraw.add_move, draft.id, BOB, Rename(one, "甲"))
    desk.do(redraw.add_move, draft.id, BOB, Rename(other, "乙"))
    brought_in(desk, Merge((one, other), one))
    rebased = desk.do(redraw.rebase, draft.id, BOB)
    assert not rebased.ok
    assert (rebased.problem.position, rebased.problem.grid, rebased.problem.changed_by) == (2, other, "chen")
    worked = desk.do(redraw.undo_move, draft.id, BOB)
    assert worked.problem is None
    assert desk.do(redraw.rebase, draft.id, BOB).ok


def test_a_code_given_away_meanwhile_becomes_another_in_all_later_moves(desk: Desk) -> None:
    one, other = siblings(desk)
    draft = desk.do(redraw.create_draft, BOB, "鲍勃的草稿")
    worked = desk.do(redraw.add_move, draft.id, BOB, Split((one,), across(desk, one)))
    (code,) = worked.new_codes
    desk.do(redraw.add_move, draft.id, BOB, Rename(code, "新格"))
    brought_in(desk, Split((other,), across(desk, other)))
    rebased = desk.do(redraw.rebase, draft.id, BOB)
    assert rebased.ok
    (new,) = rebased.renamed.values()
    assert rebased.draft.standing[1] == Rename(new, "新格")
    assert new != code


def test_nothing_goes_in_or_out_of_a_locked_grid(desk: Desk) -> None:
    one, other = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    group = one.rpartition("-")[0]
    desk.do(redraw.change_draft, draft.id, ALICE, locked=[group])
    with pytest.raises(redraw.MoveRefused, match="locked"):
        desk.do(redraw.add_move, draft.id, ALICE, Merge((one, other), one))


def test_two_drafts_are_compared_grid_by_grid(desk: Desk) -> None:
    one, other = siblings(desk)
    ids = []
    for move in (Merge((one, other), one), Merge((one, other), other)):
        draft = desk.do(redraw.create_draft, ALICE, "草稿")
        desk.do(redraw.add_move, draft.id, ALICE, move)
        ids.append(draft.id)
    found = desk.do(drawn, ids[0], ids[1])
    assert {one, other} <= {difference.code for difference in found.differences}
    assert {one.code: one.change for one in found.grids if one.change != "derived"} == {one: "new", other: "gone"}
    assert {side: [leaf["id"] for leaf in leaves(getattr(found.map, side))] for side in "ab"} == {
        "a": [one],
        "b": [other],
    }
    (piece,) = found.map.ground["features"]
    assert piece["properties"] == {"source": other, "target": one}
    assert found.households == sum(grid.after.households for grid in found.grids if grid.code == one)
    assert desk.do(redraw.compare, ids[0], ids[0], ALICE).differences == ()


def test_a_draft_and_the_net_in_force_differ_by_the_ground_that_changes_hands(desk: Desk) -> None:
    one, _ = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    worked = desk.do(redraw.add_move, draft.id, ALICE, Split((one,), across(desk, one)))
    found = desk.do(drawn, draft.id, None)
    (new,) = worked.new_codes
    (piece,) = found.map.ground["features"]
    (after,) = [leaf for leaf in leaves(found.map.a) if leaf["id"] == new]
    assert piece["properties"] == {"source": one, "target": new}
    assert shape(piece["geometry"]).symmetric_difference(shape(after["geometry"])).area < 1e-12
    assert (found.households, found.persons) == (worked.preview.totals.households, worked.preview.totals.persons)
    assert found.grids == tuple(grid for grid in worked.preview.grids if grid.before != grid.after)


def drawn(conn: Connection, a: int, b: int | None) -> redraw.Comparison:
    """The comparison with its map, which needs the connection."""
    found = redraw.compare(conn, a, b, ALICE)
    assert found.map
    return found


def leaves(side: dict[str, Any]) -> list[dict[str, Any]]:
    """The leaves of one side of a comparison."""
    return [one for one in side["features"] if one["properties"]["tier"] in {"MICRO", "SPECIAL"}]


CHEN_WHO_DRAWS = CHEN.__class__("chen", "Chen", (*CHEN.given, *ALICE.given), account=1)
