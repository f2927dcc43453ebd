"""Who may draw, decide and apply where: every move and step in one's own subtree, in a foreign one, and nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

import pytest
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import AccountRole, Actor, Forbidden, RoleGiven
from geo_grid.cluster import Cluster
from geo_grid.redraw import Move, NoRedraw
from geo_grid.redraw.drafts.replay import begin
from geo_grid.vocabulary import Tier
from tests import databases
from tests.redraw.people import ALICE, CHEN
from tests.redraw.test_life import Desk, across


def of(role: AccountRole, ground: str, name: str) -> Actor:
    """Somebody with a role for one grid and all below it."""
    return Actor(name, name, (RoleGiven(role, ground),), account=1)


class Place(NamedTuple):
    """Where moves are drawn: a village with two groups, leaves in them, and lines over these."""

    village: str
    group: str
    other_group: str
    leaf: str
    sibling: str
    line: redraw.Line
    wide_line: redraw.Line
    ring: redraw.Line
    rim: str
    rim_ring: redraw.Line


@pytest.fixture(scope="module")
def desk(cluster: Cluster) -> Iterator[Desk]:
    """The sample county; nothing is applied in it."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield Desk(settings)


@pytest.fixture(scope="module")
def place(desk: Desk) -> Place:
    """A village that has all that the moves need."""
    with desk.conn() as conn:
        village = conn.exec_driver_sql(
            "SELECT s.code FROM grids s JOIN grid_versions w"
            " ON w.grid_id = s.id AND upper_inf(w.valid) AND w.tier = 'SUB'"
            " JOIN county c ON ST_Intersects(ST_Boundary(c.geom), w.geom)"
            " JOIN grid_versions v ON v.parent_id = s.id AND upper_inf(v.valid) AND v.tier = 'GROUP'"
            " GROUP BY s.code HAVING count(*) > 2 ORDER BY 1 LIMIT 1"
        ).scalar_one()
        leaves = conn.exec_driver_sql(
            "SELECT p.code, g.code, ST_Intersects(ST_Boundary(c.geom), v.geom), ST_X(ST_PointOnSurface(v.own)),"
            " ST_Y(ST_PointOnSurface(v.own)), ST_X(m.at), ST_Y(m.at)"
            " FROM grids g JOIN grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid) AND v.tier = 'MICRO'"
            " JOIN grids p ON p.id = v.parent_id CROSS JOIN county c"
            " LEFT JOIN LATERAL (SELECT ST_StartPoint((ST_Dump(ST_LineMerge(ST_Intersection(ST_Boundary(c.geom),"
            " ST_Boundary(v.own))))).geom) AS at LIMIT 1) AS m ON true"
            f" WHERE starts_with(g.code, '{village}-G') ORDER BY 2"
        ).all()
    groups = sorted({row[0] for row in leaves})
    group = next(name for name in groups if sum(row[0] == name for row in leaves) > 2)
    leaf, sibling = [row for row in leaves if row[0] == group][:2]
    rim = next(row for row in leaves if row[2] and row[5] is not None)
    return Place(
        village,
        group,
        next(name for name in groups if name != group),
        leaf[1],
        sibling[1],
        across(desk, leaf[1]),
        _wide(desk, group),
        _ring(leaf[3], leaf[4]),
        rim[1],
        _ring(rim[5], rim[6]),
    )


def _wide(desk: Desk, code: str) -> redraw.Line:
    """A line over a grid that holds others."""
    with desk.conn() as conn:
        west, south, east, north = conn.exec_driver_sql(
            "SELECT ST_XMin(v.geom), ST_YMin(v.geom), ST_XMax(v.geom), ST_YMax(v.geom) FROM grid_versions v"
            f" JOIN grids g ON g.id = v.grid_id WHERE g.code = '{code}' AND upper_inf(v.valid)"
        ).one()
    return ((west - 5.0, (south + north) / 2), (east + 5.0, (south + north) / 2 + 3))


def _ring(x: float, y: float, size: float = 20.0) -> redraw.Line:
    """A square around a place."""
    corners = ((-size, -size), (size, -size), (size, size), (-size, size), (-size, -size))
    return tuple((x + dx, y + dy) for dx, dy in corners)


MOVES: dict[str, Callable[[Place], Move]] = {
    "split": lambda at: redraw.Split((at.leaf,), at.line),
    "split_grid": lambda at: redraw.SplitGrid(at.group, at.wide_line, cut=True),
    "merge": lambda at: redraw.Merge((at.leaf, at.sibling), at.leaf),
    "reshape": lambda at: redraw.Reshape(at.leaf, at.line),
    "paint": lambda at: redraw.Paint(at.ring, at.sibling),
    "carve": lambda at: redraw.Carve(at.ring, at.group, Tier.SPECIAL, "学校"),
    "transfer": lambda at: redraw.Transfer(at.leaf, at.other_group),
    "dissolve": lambda at: redraw.Dissolve(at.leaf),
    "extend": lambda at: redraw.Extend(at.rim, at.rim_ring),
    "shrink": lambda at: redraw.Shrink(at.rim_ring),
    "rename": lambda at: redraw.Rename(at.leaf, "新名"),
}


def test_every_kind_of_move_is_tried() -> None:
    assert set(MOVES) == set(redraw.MOVES)


@pytest.mark.parametrize("kind", MOVES)
def test_a_move_is_drawn_in_ones_own_subtree_and_in_no_other(desk: Desk, place: Place, kind: str) -> None:
    move = MOVES[kind](place)
    own = of(AccountRole.PLANNER, place.village, "own")
    foreign = of(AccountRole.PLANNER, place.village[:9] + "999", "foreign")
    mine = desk.do(redraw.create_draft, own, "草稿")
    try:
        worked = desk.do(redraw.try_move, mine.id, own, move)
    except redraw.MoveRefused as refused:
        pytest.fail(f"the move of this test does not work: {refused}")
    assert worked.preview.grids
    assert len(desk.do(redraw.add_move, mine.id, own, move).draft.moves) == 1
    theirs = desk.do(redraw.create_draft, foreign, "草稿")
    for work in (redraw.add_move, redraw.try_move, redraw.counts_while_drawing):
        with pytest.raises(Forbidden):
            desk.do(work, theirs.id, foreign, move)
        with pytest.raises(NoRedraw):
            desk.do(work, 999_999, foreign, move)
    assert desk.do(redraw.read_draft, theirs.id, foreign) == theirs


def test_a_vertex_on_the_neighbour_beyond_the_subtrees_border_is_no_foreign_change(desk: Desk, place: Place) -> None:
    group = of(AccountRole.PLANNER, place.group, "group")
    with desk.conn() as conn:
        leaves = conn.exec_driver_sql(
            f"SELECT code FROM grids WHERE starts_with(code, '{place.group}-M') AND retired_at IS NULL ORDER BY 1"
        ).scalars()
        splits = [redraw.Split((leaf,), across(desk, leaf)) for leaf in leaves]
        touching = next(move for move in splits if _touches_beyond(conn, move, place.group))
    draft = desk.do(redraw.create_draft, group, "草稿")
    assert desk.do(redraw.add_move, draft.id, group, touching).new_codes


def _touches_beyond(conn: Connection, move: Move, group: str) -> bool:
    """Whether the move changes a row outside the group."""
    found = begin(conn)
    found.step(move)
    return any(not code.startswith(group) for code in found.changes.rows)


STEPS: dict[str, tuple[AccountRole, Callable[..., object]]] = {
    "undo_move": (AccountRole.PLANNER, redraw.undo_move),
    "redo_move": (AccountRole.PLANNER, redraw.redo_move),
    "rebase": (AccountRole.PLANNER, redraw.rebase),
    "submit": (AccountRole.PLANNER, redraw.submit),
    "field_check": (AccountRole.PLANNER, redraw.field_check),
    "refuse": (AccountRole.APPROVER, lambda conn, number, who: redraw.refuse(conn, number, who, "边界不清")),
    "reopen": (AccountRole.PLANNER, redraw.reopen),
    "approve": (AccountRole.APPROVER, lambda conn, number, who: redraw.approve(conn, number, who, _today(conn))),
    "withdraw": (AccountRole.PLANNER, redraw.withdraw),
    "apply": (AccountRole.APPROVER, redraw.apply),
    "undo": (AccountRole.APPROVER, redraw.undo_applied),
}
#: What is done to a draft of one move before a step may be taken.
BEFORE = {
    "redo_move": ("undo_move",),
    "field_check": ("submit",),
    "refuse": ("submit",),
    "reopen": ("submit", "refuse"),
    "approve": ("submit",),
    "apply": ("submit", "approve"),
    "undo": ("submit", "approve", "apply"),
}


def _today(conn: Connection) -> date:
    return conn.exec_driver_sql("SELECT current_date").scalar_one()


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_in_ones_own_subtree_and_in_no_other(desk: Desk, place: Place, step: str) -> None:
    role, work = STEPS[step]
    draft = desk.do(redraw.create_draft, ALICE, "共享草稿", shared=True)
    desk.do(redraw.add_move, draft.id, ALICE, redraw.Rename(place.sibling, f"第 {draft.id} 名"))
    for earlier in BEFORE.get(step, ()):
        desk.do(STEPS[earlier][1], draft.id, ALICE if STEPS[earlier][0] is AccountRole.PLANNER else CHEN)
    before = desk.do(redraw.read_draft, draft.id, ALICE)
    with pytest.raises(Forbidden):
        desk.do(work, draft.id, of(role, place.village[:9] + "999", "foreign"))
    reader = Actor("rita", "rita", (RoleGiven(AccountRole.READER),), account=1)
    with pytest.raises(Forbidden):
        desk.do(work, draft.id, reader)
    assert desk.do(redraw.read_draft, draft.id, ALICE) == before
    own = of(role, place.village, "own")
    with pytest.raises(NoRedraw):
        desk.do(work, 999_999, own)
    assert desk.do(work, draft.id, own)
