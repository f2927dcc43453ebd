"""Whatever cannot be is refused with a reason, the grids and a place, and the draft is as it was."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import shapely

from geo_grid import redraw
from geo_grid.cluster import Cluster
from geo_grid.errors import GeoGridError
from geo_grid.redraw import Carve, Dissolve, Merge, Move, Paint, Reshape, Shrink, Split, SplitGrid, Transfer
from geo_grid.vocabulary import Tier
from tests import databases
from tests.redraw.people import ALICE, BOB, CHEN
from tests.redraw.test_life import Desk, brought_in

LEAF, SIBLING, THIRD = (f"990125101201-G03-M0{number}" for number in (3, 1, 2))
GROUP, OTHER_GROUP, VILLAGE = "990125101201-G03", "990125101201-G02", "990125101201"


@dataclass(frozen=True)
class Ground:
    """A leaf of the sample county, with its border, in metres."""

    shape: Any

    def line(self, *places: tuple[float, float]) -> redraw.Line:
        """A line through places given as parts of the leaf's box, from its south-west corner."""
        west, south, east, north = self.shape.bounds
        return tuple((west + (east - west) * x, south + (north - south) * y) for x, y in places)

    def along(self, first: int, last: int, off_m: float = 0.0) -> redraw.Line:
        """A stretch of the border, what lies between its ends perhaps some way off."""
        at = shapely.get_coordinates(shapely.get_exterior_ring(self.shape.geoms[0]))[first:last]
        at[1:-1] += off_m
        return tuple((float(x), float(y)) for x, y in at)

    def stub(self) -> redraw.Line:
        """A line from outside to the middle."""
        middle = shapely.point_on_surface(self.shape)
        return ((self.shape.bounds[0] - 5, float(middle.y)), (float(middle.x), float(middle.y)))


@pytest.fixture(scope="module")
def desk(cluster: Cluster) -> Iterator[Desk]:
    """The sample county to be worked on."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield Desk(settings)


@pytest.fixture(scope="module")
def ground(desk: Desk) -> Ground:
    """The leaf over which lines are drawn."""
    own = (
        "SELECT ST_AsBinary(own) FROM grid_versions v JOIN grids g ON g.id = v.grid_id"
        f" WHERE g.code = '{LEAF}' AND upper_inf(valid)"
    )
    return Ground(shapely.from_wkb(bytes(desk.ask(own))))


BOX = ((-1, -1), (2, -1), (2, 2), (-1, 2), (-1, -1))
FAR = ((0.0, 0.0), (10.0, 10.0), (20.0, 0.0), (0.0, 0.0))

#: What is drawn: the move, and the reason why it cannot be.
BAD: dict[str, tuple[Callable[[Ground], Move], str]] = {
    "a line that misses": (lambda g: Split((LEAF,), g.line((3, 3), (4, 4))), "line_misses"),
    "a line outside the county": (lambda g: Split((LEAF,), FAR[:2]), "line_misses"),
    "a line around the world": (lambda g: Split((LEAF,), ((0.0, 0.0), (9e7, 2.0))), "too_far"),
    "a line that ends inside": (lambda g: Split((LEAF,), g.stub()), "line_ends_inside"),
    "a line that follows the border": (lambda g: Split((LEAF,), g.along(2, 9)), "line_follows"),
    "a line that crosses itself": (
        lambda g: Split((LEAF,), g.line((-1, 0.4), (0.8, 0.5), (0.8, 0.7), (0.2, 0.3))),
        "self_crossing",
    ),
    "a line shorter than a metre": (lambda g: Split((LEAF,), g.line((0.5, 0.5), (0.5001, 0.5))), "too_short"),
    "no line at all": (lambda g: Split((LEAF,), ()), "too_short"),
    "a line that is no number": (lambda g: Split((LEAF,), ((math.nan, 1.0), *g.line((0, 0)))), "not_finite"),
    "a line to infinity": (lambda g: Reshape(LEAF, ((math.inf, 1.0), *g.line((0, 0)))), "not_finite"),
    "a hundred thousand vertices": (
        lambda g: Split((LEAF,), tuple(g.line(*((i / 1e5, 0.5) for i in range(100_000))))),
        "too_many_vertices",
    ),
    "a border line that touches nothing": (lambda g: Reshape(LEAF, g.line((3, 3), (4, 4))), "no_touch"),
    "a border moved next to nothing": (lambda g: Reshape(LEAF, g.along(0, 6, 0.4), SIBLING), "reshape_sliver"),
    "a merge across tiers": (lambda g: Merge((LEAF, GROUP), LEAF), "merge_tiers"),
    "a merge across parents": (lambda g: Merge((LEAF, f"{OTHER_GROUP}-M01"), LEAF), "merge_parents"),
    "a merge with itself": (lambda g: Merge((LEAF,), LEAF), "merge_alone"),
    "a grid that would lose all its ground": (lambda g: Paint(g.line(*BOX), SIBLING), "swallowed"),
    "a ring outside the county": (lambda g: Carve(FAR, GROUP), "ring_outside"),
    "a ring that is a sliver": (
        lambda g: Carve(g.line((0.5, 0.5), (0.5005, 0.5), (0.5005, 0.5005), (0.5, 0.5)), GROUP),
        "ring_sliver",
    ),
    "a micro grid in a village": (
        lambda g: Carve(g.line(*BOX), VILLAGE, Tier.MICRO),
        "carve_tier",
    ),
    "a region nobody has": (lambda g: Shrink(FAR), "ring_outside"),
    "a group in itself": (lambda g: Transfer(GROUP, GROUP), "cycle"),
    "a village in its own group": (lambda g: Transfer(VILLAGE, GROUP), "cycle"),
    "a leaf in a village": (lambda g: Transfer(LEAF, VILLAGE), "cannot_lie_in"),
    "a grid where it is": (lambda g: Transfer(LEAF, GROUP), "same_parent"),
    "a group with all on one side": (lambda g: SplitGrid(GROUP, ()), "too_short"),
    "a grid that is not there": (lambda g: Dissolve("990125101201-G03-M99"), "unknown_grid"),
    "a locked grid": (lambda g: Merge((LEAF, THIRD), LEAF), "locked"),
}


@pytest.fixture(scope="module")
def number(desk: Desk) -> int:
    """A draft with a move in it, in which one grid is locked."""
    draft = desk.do(redraw.create_draft, ALICE, "北街调整")
    desk.do(redraw.add_move, draft.id, ALICE, redraw.Rename(SIBLING, "新名"))
    desk.do(redraw.change_draft, draft.id, ALICE, locked=[THIRD])
    return int(draft.id)


@pytest.mark.parametrize("why", BAD)
def test_a_bad_move_names_its_reason_and_place_and_harms_nothing(
    desk: Desk, ground: Ground, number: int, why: str
) -> None:
    drawn, reason = BAD[why]
    before = desk.do(redraw.read_draft, number, ALICE)
    for work in (redraw.add_move, redraw.try_move):
        with pytest.raises(redraw.MoveRefused) as refused:
            desk.do(work, number, ALICE, drawn(ground))
        assert refused.value.said.reason == reason
        assert str(refused.value)
        if reason not in {"unknown_grid", "too_short"}:
            lon, lat = refused.value.place or (999.0, 999.0)
            assert (-180 <= lon <= 180, -90 <= lat <= 90) == (True, True)
    assert desk.do(redraw.read_draft, number, ALICE) == before
    assert desk.do(redraw.preview_draft, number, ALICE).totals.grids == 1


def test_the_place_of_what_names_no_place_is_in_the_grid_it_is_about(desk: Desk, ground: Ground, number: int) -> None:
    with pytest.raises(redraw.MoveRefused) as refused:
        desk.do(redraw.add_move, number, ALICE, Merge((LEAF, f"{OTHER_GROUP}-M01"), LEAF))
    assert refused.value.place is not None
    x, y = redraw_place(desk, refused.value.place)
    assert shapely.contains_xy(ground.shape, x, y)


def redraw_place(desk: Desk, place: tuple[float, float]) -> tuple[float, float]:
    """A place of degrees in the county's metres."""
    point = f"ST_Transform(ST_SetSRID(ST_MakePoint({place[0]!r}, {place[1]!r}), 4326), 4546)"
    with desk.conn() as conn:
        return tuple(conn.exec_driver_sql(f"SELECT ST_X({point}), ST_Y({point})").one())


def test_a_line_that_crosses_several_times_cuts_off_every_piece(desk: Desk, ground: Ground) -> None:
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    zigzag = [(-0.5 if turn % 2 else 1.5, 0.2 + 0.15 * turn) for turn in range(5)]
    worked = desk.do(redraw.add_move, draft.id, ALICE, Split((LEAF,), ground.line(*zigzag)))
    assert len(worked.new_codes) >= 3
    after = {grid.code: grid.after.area_m2 for grid in worked.preview.grids if grid.tier is Tier.MICRO}
    assert set(worked.new_codes) | {LEAF} == set(after)
    assert sum(after.values()) == pytest.approx(ground.shape.area, abs=0.01)


def test_the_last_grid_does_not_leave_its_parent_empty(desk: Desk) -> None:
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    with desk.conn() as conn:
        group, leaves = conn.exec_driver_sql(
            "SELECT p.code, array_agg(g.code ORDER BY g.code) FROM grids p"
            " JOIN grid_versions w ON w.grid_id = p.id AND upper_inf(w.valid) AND w.tier = 'GROUP' AND w.own IS NULL"
            " JOIN grid_versions v ON v.parent_id = p.id AND upper_inf(v.valid) JOIN grids g ON g.id = v.grid_id"
            " GROUP BY 1 HAVING bool_and(v.tier = 'MICRO') ORDER BY 1 LIMIT 1"
        ).one()
    worked = desk.do(redraw.add_move, draft.id, ALICE, Merge(tuple(leaves), leaves[0]))
    with pytest.raises(redraw.MoveRefused) as refused:
        desk.do(redraw.add_move, draft.id, ALICE, Transfer(leaves[0], GROUP))
    assert (refused.value.said.reason, refused.value.grids) == ("left_empty", (group,))
    assert refused.value.place is not None
    assert desk.do(redraw.read_draft, draft.id, ALICE).moves == worked.draft.moves


def test_an_old_revision_a_private_draft_and_a_past_day_are_refused_by_their_own_reasons(desk: Desk) -> None:
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    name = redraw.Rename(THIRD, "名")
    drawn = desk.do(redraw.add_move, draft.id, ALICE, name, revision=draft.revision).draft
    today = desk.ask("SELECT current_date")
    tried: dict[str, Callable[[], object]] = {
        "draft_moved": lambda: desk.do(redraw.undo_move, draft.id, ALICE, revision=draft.revision),
        "no_redraw": lambda: desk.do(redraw.add_move, draft.id, BOB, name),
        "stage_step": lambda: desk.do(redraw.approve, draft.id, CHEN, today),
        "nothing_changes": lambda: desk.do(redraw.add_move, draft.id, ALICE, name),
        "name_of_redraw": lambda: desk.do(redraw.change_draft, draft.id, ALICE, name=" "),
        "nothing_to_redo": lambda: desk.do(redraw.redo_move, draft.id, ALICE),
    }
    for reason, work in tried.items():
        desk.do(redraw.change_draft, draft.id, ALICE, shared=reason == "stage_step")
        drawn = desk.do(redraw.read_draft, draft.id, ALICE)
        with pytest.raises(GeoGridError) as refused:
            work()
        assert refused.value.said.reason == reason  # type: ignore[attr-defined]
        assert desk.do(redraw.read_draft, draft.id, ALICE) == drawn
    desk.do(redraw.submit, draft.id, ALICE)
    with pytest.raises(redraw.PastDate, match=today.isoformat()):
        desk.do(redraw.approve, draft.id, CHEN, today - timedelta(days=1))
    assert desk.do(redraw.read_draft, draft.id, ALICE).stage is redraw.Stage.SUBMITTED


def test_a_draft_over_a_grid_that_is_gone_names_the_move_and_loses_nothing(desk: Desk) -> None:
    draft = desk.do(redraw.create_draft, ALICE, "草稿")
    codes = [f"990125101201-G01-M0{number}" for number in (1, 2)]
    desk.do(redraw.add_move, draft.id, ALICE, redraw.Rename(codes[1], "名"))
    kept = desk.do(redraw.read_draft, draft.id, ALICE)
    brought_in(desk, Merge(tuple(codes), codes[0]))
    for work in (redraw.preview_draft, redraw.submit):
        with pytest.raises(redraw.NeedsRebase) as stale:
            desk.do(work, draft.id, ALICE)
        assert (stale.value.problem.position, stale.value.problem.grid) == (1, codes[1])
    assert desk.do(redraw.read_draft, draft.id, ALICE) == kept
