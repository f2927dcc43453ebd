"""What readers of redraws see: the past, lineage, edges to drag, the sheet's figures."""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict

import pytest

from geo_grid import redraw
from geo_grid.errors import NotFound
from geo_grid.redraw import Merge, Reshape, Split, Transfer
from geo_grid.redraw.wire import from_lonlat
from geo_grid.vocabulary import Tier
from tests.redraw import test_life
from tests.redraw.people import ALICE, READER
from tests.redraw.test_life import Desk, across, brought_in, siblings

desk = test_life.desk


def test_the_map_as_of_a_moment_is_the_one_that_was_in_force(desk: Desk) -> None:
    one, other = siblings(desk)
    time.sleep(0.01)
    before = desk.ask("SELECT clock_timestamp()")
    shape = desk.do(redraw.history_of, one)[0].geometry
    applied = brought_in(desk, Merge((one, other), one))
    then = {f["id"]: f["geometry"] for f in desk.do(redraw.map_on, before, tier=Tier.MICRO)["features"]}
    now = {f["id"]: f["geometry"] for f in desk.do(redraw.map_on, desk.ask("SELECT current_date"))["features"]}
    assert then[one] == shape
    assert other in then
    assert other not in now
    latest, first = desk.do(redraw.history_of, one)
    assert (latest.changeset_id, latest.actor, latest.kind, latest.until) == (
        applied.changeset_id,
        "chen",
        "redraw",
        None,
    )
    assert latest.area_m2 > first.area_m2
    with pytest.raises(NotFound):
        desk.do(redraw.history_of, "nowhere")


def test_a_household_remembers_the_grids_it_lay_in(desk: Desk) -> None:
    one, other = siblings(desk)
    with desk.conn() as conn:
        code = conn.exec_driver_sql(
            "SELECT h.code FROM households h JOIN grids g ON g.id = h.grid_id WHERE g.code = %s LIMIT 1", (other,)
        ).scalar()
    applied = brought_in(desk, Merge((one, other), one))
    assert [stay.grid for stay in desk.do(redraw.household_path, code)] == [other, one]
    desk.do(redraw.undo_applied, applied.draft.id, test_life.CHEN)
    path = desk.do(redraw.household_path, code)
    assert [stay.grid for stay in path] == [other, one, other]
    assert path[-1].until is None


def test_the_lineage_of_a_split_says_by_area_and_households_what_went_where(desk: Desk) -> None:
    one, _ = siblings(desk)
    with desk.conn() as conn:
        sheet = redraw.preview_moves(conn, [Split((one,), across(desk, one))])
    (flow,) = [flow for flow in sheet.flows if flow.source == one]
    brought_in(desk, Split((one,), across(desk, one)))
    (step,) = desk.do(redraw.lineage_of, one).went_to
    assert (step.target, step.area_m2, step.households) == (flow.target, flow.area_m2, flow.households)
    assert desk.do(redraw.lineage_of, flow.target).came_from == (step,)


def test_the_edges_of_a_grid_close_around_it_with_the_neighbours_on_the_other_side(desk: Desk) -> None:
    one, _ = siblings(desk)
    arcs = desk.do(redraw.edges_around, None, READER, codes=[one])
    mine = [arc for arc in arcs.arcs if one in (arc.left, arc.right)]
    ends: dict[tuple[float, float], int] = defaultdict(int)
    for arc in mine:
        assert arc.left != arc.right
        ends[arc.line[0]] += 1
        ends[arc.line[-1]] += 1
    assert all(count % 2 == 0 for count in ends.values())
    assert json.loads(json.dumps(arcs.to_json()))["nodes"]
    left = next(arc for arc in mine if arc.left == one)
    assert _is_left_of(left, one, desk)


def _is_left_of(arc: redraw.Arc, code: str, desk: Desk) -> bool:
    """Whether a place just left of the middle of an arc lies in the grid."""
    at = from_lonlat(arc.line, 4546)
    place = len(at) // 2
    (ax, ay), (bx, by) = at[place - 1], at[place]
    length = math.hypot(bx - ax, by - ay)
    x, y = (ax + bx) / 2 - (by - ay) / length * 0.05, (ay + by) / 2 + (bx - ax) / length * 0.05
    with desk.conn() as conn:
        return bool(
            conn.exec_driver_sql(
                "SELECT ST_Contains(v.geom, ST_SetSRID(ST_MakePoint(%s, %s), 4546)) FROM grid_versions v"
                " JOIN grids g ON g.id = v.grid_id WHERE g.code = %s AND upper_inf(valid)",
                (float(x), float(y), code),
            ).scalar()
        )


def test_a_dragged_edge_moves_both_sides(desk: Desk) -> None:
    one, _ = siblings(desk)
    arcs = desk.do(redraw.edges_around, None, ALICE, codes=[one])
    arc = max((arc for arc in arcs.arcs if arc.left == one and arc.right), key=lambda arc: len(arc.line))
    at = [tuple(place) for place in from_lonlat(arc.line, 4546).tolist()]
    middle = len(at) // 2
    (ax, ay), (bx, by) = at[middle - 1], at[middle]
    length = math.hypot(bx - ax, by - ay)
    at[middle] = (bx - (by - ay) / length * 15, by + (bx - ax) / length * 15)
    with desk.conn() as conn:
        sheet = redraw.preview_moves(conn, [Reshape(one, tuple(at), partner=arc.right)])
    changed = {effect.code: effect for effect in sheet.grids}
    assert {one, arc.right} <= set(changed)
    lost = changed[one].before.area_m2 - changed[one].after.area_m2
    assert lost == pytest.approx(changed[arc.right].after.area_m2 - changed[arc.right].before.area_m2, abs=0.01)
    assert lost > 0
    assert sheet.map.border["features"][0]["geometry"]["coordinates"]


def test_the_sheet_of_a_merge_hands_workers_over_and_names_every_household(desk: Desk) -> None:
    one, other = siblings(desk)
    with desk.conn() as conn:
        sheet = redraw.preview_moves(conn, [Merge((one, other), one)])
        doors = conn.exec_driver_sql(
            "SELECT count(*) FROM households h JOIN grids g ON g.id = h.grid_id WHERE g.code = %s", (other,)
        ).scalar()
    kept = next(effect for effect in sheet.grids if effect.code == one)
    gone = next(effect for effect in sheet.grids if effect.code == other)
    assert gone.after is None
    assert kept.after.households == kept.before.households + gone.before.households
    assert len(sheet.households) == doors
    assert all(move.address for move in sheet.households)
    assert {post.grid for post in sheet.posts} == {other}
    assert {post.fate for post in sheet.posts} <= {"ends", "handed"}
    assert sheet.totals.households == doors
    assert 0 < kept.after.compactness <= 1
    assert json.loads(json.dumps(sheet.to_json()))["totals"]["households"] == doors


def test_counts_while_drawing_are_those_of_the_pieces(desk: Desk) -> None:
    one, _ = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    effects = desk.do(redraw.counts_while_drawing, draft.id, ALICE, Split((one,), across(desk, one)))
    kept, new = sorted(effects, key=lambda effect: effect.before is None)
    assert kept.after.households + new.after.households == kept.before.households
    assert desk.do(redraw.read_draft, draft.id, ALICE) == draft


def test_counts_while_drawing_begin_where_the_draft_stands_for_wide_grids_too(desk: Desk) -> None:
    one, _ = siblings(desk)
    group = one.rpartition("-")[0]
    groups = f"code LIKE '{group.rpartition('-')[0]}-G%%' AND code <> '{group}' AND tier = 'GROUP'"
    other = str(desk.ask(f"SELECT min(code) FROM grids WHERE {groups}"))
    draft = desk.do(redraw.create_draft, ALICE, "草稿")

    def counted(parent: str) -> dict[str, tuple[int, int]]:
        effects = desk.do(redraw.counts_while_drawing, draft.id, ALICE, Transfer(one, parent))
        return {effect.code: (effect.before.households, effect.after.households) for effect in effects}

    there = counted(other)
    assert there[group][0] > there[group][1]
    desk.do(redraw.add_move, draft.id, ALICE, Transfer(one, other))
    assert counted(group) == {code: (after, before) for code, (before, after) in there.items()}
