"""`geo-grid redraw` as a planner and an approver use it, from an empty draft to the net in force and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, database_url, engine, reading
from geo_grid.errors import BadInput, NotFound, Refused, Stale
from geo_grid.settings import Settings
from tests import databases
from tests.cli.programs import geo_grid, geo_grid_here

PLANNER, APPROVER, READER = ("--as", "demo.planner"), ("--as", "demo.approver"), ("--as", "demo.reader")
ONE, OTHER, THIRD = (f"990125101201-G03-M0{number}" for number in (1, 2, 3))
MERGE = {"kind": "merge", "grids": [ONE, THIRD], "keep": THIRD}


class Desk:
    """Somebody at a terminal of the sample county."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.chosen = {"GEO_GRID_DATABASE_URL": database_url(settings, DbRole.ADMIN)}

    def __call__(self, *words: object, said: object = None) -> Any:
        """What the program printed, and its exit code."""
        text = "" if said is None else json.dumps(said)
        return geo_grid_here("redraw", *map(str, words), said=text, **self.chosen)

    def told(self, *words: object, said: object = None) -> Any:
        """The figures that a command prints; it must succeed."""
        done = self(*words, "--json", said=said)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def begun(self, *moves: dict[str, Any]) -> int:
        """The number of the planner's new draft of those moves."""
        number = int(self.told("create", "北街调整", *PLANNER)["id"])
        if moves:
            self.told("move", number, "-", *PLANNER, said=list(moves))
        return number

    def in_force(self, *moves: dict[str, Any]) -> int:
        """The number of a redraw of those moves that was applied."""
        number = self.begun(*moves)
        self.told("submit", number, *PLANNER)
        self.told("approve", number, *APPROVER)
        self.told("apply", number, *APPROVER)
        return number

    def box(self, code: str) -> tuple[float, float, float, float]:
        """West, south, east and north of a grid in degrees."""
        with reading(engine(self.settings, DbRole.LOADER)) as conn:
            shape = (
                "SELECT ST_Transform(v.geom, 4326) AS s FROM grid_versions v JOIN grids g ON g.id = v.grid_id"
                f" WHERE g.code = '{code}' AND upper_inf(v.valid)"
            )
            return tuple(
                conn.exec_driver_sql(
                    f"SELECT ST_XMin(s), ST_YMin(s), ST_XMax(s), ST_YMax(s) FROM ({shape}) AS one"
                ).one()
            )

    def across(self, code: str, part: float = 0.5) -> list[list[float]]:
        """A line over a grid from west to east."""
        west, south, east, north = self.box(code)
        at = south + (north - south) * part
        return [[west - 0.0003, at], [east + 0.0003, at + 0.00002]]

    def ring(self, code: str, size: float = 0.2) -> list[list[float]]:
        """A ring in the middle of a grid's box."""
        west, south, east, north = self.box(code)
        x, y, dx, dy = (west + east) / 2, (south + north) / 2, (east - west) * size / 2, (north - south) * size / 2
        return [[x - dx, y - dy], [x + dx, y - dy], [x + dx, y + dy], [x - dx, y + dy], [x - dx, y - dy]]


@pytest.fixture(scope="module")
def desk(cluster: Cluster) -> Iterator[Desk]:
    """A terminal at a sample county that these tests change."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield Desk(settings)


def test_a_redraw_goes_from_an_empty_draft_into_force_and_back(desk: Desk, tmp_path: Path) -> None:
    made = desk("create", "北街调整", "--note", "户数不均", *PLANNER)
    assert "北街调整" in made.stdout
    number = desk.told("list", *PLANNER)["redraws"][0]["id"]
    drawn = desk.told("move", number, "-", *PLANNER, said=MERGE)
    assert (drawn["standing_moves"], drawn["written"], drawn["changed_grids"]) == (1, True, 2)
    assert desk.told("undo-move", number, *PLANNER)["standing_moves"] == 0
    assert desk.told("redo-move", number, *PLANNER)["changed_households"] == drawn["changed_households"]
    shown = desk("show", number, *PLANNER).stdout
    assert f"1. merge {ONE} into {THIRD}" in shown
    assert f"{ONE}  " in shown
    sheet = desk("sheet", number, "--map", tmp_path / "map.geojson", *PLANNER).stdout
    assert sheet.count(f"{ONE} → {THIRD}") == drawn["changed_households"] + drawn["changed_sites"] + 1
    parts = [one["properties"]["part"] for one in json.loads((tmp_path / "map.geojson").read_text())["features"]]
    assert {"before", "after", "border"} == set(parts)
    assert desk.told("submit", number, *PLANNER)["stage"] == "SUBMITTED"
    assert desk.told("check", number, "--note", "走过了", *PLANNER)["stage"] == "FIELD_CHECKED"
    assert desk.told("approve", number, *APPROVER)["stage"] == "APPROVED"
    applied = desk.told("apply", number, *APPROVER)
    assert applied["grids"] == [ONE, THIRD]
    assert desk("sheet", number).stdout.splitlines()[:3] == sheet.splitlines()[:3]
    undone = desk.told("undo", number, *APPROVER)
    assert undone["grids"] == [ONE, THIRD]
    steps = desk.told("show", undone["redraw"])["steps"]
    assert [step["stage"] for step in steps] == ["APPLIED"]
    again = desk("undo", number, *APPROVER)
    assert again.returncode == Refused.exit_code
    assert again.stderr == f"geo-grid: redraw {undone['redraw']} undid this one: undo that one to have it again\n"


def test_every_kind_of_move_is_drawn_from_a_file(desk: Desk, tmp_path: Path) -> None:
    moves = {
        "split": {"grids": [ONE], "line": desk.across(ONE), "names": ["新格"]},
        "merge": {"grids": [OTHER, THIRD], "keep": THIRD},
        "carve": {"region": desk.ring(ONE), "parent": "990125101201-G03", "name": "学校"},
        "paint": {"region": desk.ring(ONE, 0.4), "to": THIRD},
        "rename": {"grid": ONE, "name": "东街"},
        "dissolve": {"grid": ONE},
        "transfer": {"grid": "990125101201-G03-M04", "parent": "990125101201-G02"},
        "split_grid": {"grid": "990125101201-G01", "line": desk.across("990125101201-G01"), "cut": True},
        "reshape": {"grid": "990125101201-G02", "line": desk.across("990125101201-G02", 0.9)},
    }
    listed = desk.told("kinds")
    assert set(moves) | {"extend", "shrink"} == set(listed)
    assert listed["merge"]["required"] == ["grids", "keep"]
    told = {}
    for kind, keys in moves.items():
        number = desk.begun()
        (tmp_path / "move.json").write_text(json.dumps({"kind": kind, **keys}))
        done = desk("move", number, tmp_path / "move.json", "--json", *PLANNER)
        told[kind] = json.loads(done.stdout)["changed_grids"] if done.returncode == 0 else done.stderr
    assert all(isinstance(grids, int) and grids > 0 for grids in told.values()), told


def test_a_try_and_a_refused_move_write_nothing_and_say_where(desk: Desk) -> None:
    number = desk.begun(MERGE)
    tried = desk.told("move", number, "-", "--try", *PLANNER, said={"kind": "rename", "grid": OTHER, "name": "新名"})
    assert (tried["written"], tried["standing_moves"]) == (False, 2)
    line = desk.across(OTHER)
    short = [line[0], [(line[0][0] + line[1][0]) / 2, line[0][1]]]
    both = [{"kind": "rename", "grid": OTHER, "name": "新名"}, {"kind": "split", "grids": [OTHER], "line": short}]
    refused = desk("move", number, "-", *PLANNER, said=both)
    assert refused.returncode == Refused.exit_code
    assert refused.stderr.startswith(f"geo-grid: move 2 of 2: the line ends inside grid {OTHER}, ")
    assert f"(at {short[1][0]:.6f}, {short[1][1]:.6f})" in refused.stderr
    assert len(desk.told("show", number, *PLANNER)["moves"]) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "explode"}, "kind: 'explode' is no move: use split, "),
        ({"kind": "merge", "grids": [ONE]}, "keep: missing: merge needs it"),
        ([], "holds no move: see `geo-grid redraw kinds`"),
    ],
)
def test_moves_that_cannot_be_read_are_told_by_their_key(desk: Desk, said: object, sentence: str) -> None:
    refused = desk("move", desk.begun(), "-", *PLANNER, said=said)
    assert refused.returncode == BadInput.exit_code
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_draft_is_named_shared_and_its_grids_are_locked(desk: Desk) -> None:
    number = desk.begun()
    assert desk("show", number, *APPROVER).returncode == NotFound.exit_code
    changed = desk.told("change", number, "--shared", "--name", "南街", "--lock", ONE, *PLANNER)
    assert (changed["name"], changed["shared"], changed["locked"]) == ("南街", True, [ONE])
    assert desk.told("show", number, *APPROVER)["name"] == "南街"
    locked = desk("move", number, "-", *PLANNER, said=MERGE)
    assert f"grid {ONE} is locked in this draft" in locked.stderr
    assert desk.told("change", number, "--unlock", ONE, "--private", *PLANNER)["locked"] == []


def test_two_drafts_are_compared_and_a_draft_with_the_net(desk: Desk) -> None:
    number, other = desk.begun(MERGE), desk.begun({**MERGE, "keep": ONE})
    assert {one["code"] for one in desk.told("compare", number, other, *PLANNER)["differences"]} == {ONE, THIRD}
    assert desk("compare", number, number, *PLANNER).stdout == "they leave every grid alike\n"
    assert f"{ONE}  - | " in desk("compare", number, *PLANNER).stdout


def test_a_draft_in_whose_way_somebody_stands_is_shown_with_the_reason_and_rebased(desk: Desk) -> None:
    late = desk.begun({"kind": "rename", "grid": OTHER, "name": "晚"}, {**MERGE, "keep": ONE})
    first = desk.in_force(MERGE)
    shown = desk("show", late, *PLANNER)
    assert shown.returncode == 0
    assert "in the way: move 2" in shown.stdout
    assert "demo.approver" in shown.stdout
    assert desk("sheet", late, *PLANNER).returncode == Stale.exit_code
    stopped = desk.told("rebase", late, *PLANNER)
    assert (stopped["ok"], "demo.approver" in stopped["problem"]) == (False, True)
    desk.told("undo-move", late, *PLANNER)
    assert desk.told("rebase", late, *PLANNER)["ok"]
    desk.told("undo", first, *APPROVER)


def test_what_is_due_is_applied_by_a_timer_and_the_rest_waits(desk: Desk) -> None:
    now, later = (desk.begun({"kind": "rename", "grid": OTHER, "name": name}) for name in ("今天", "以后"))
    for number, day in ((now, ()), (later, ("--on", "2100-01-01"))):
        desk.told("submit", number, *PLANNER)
        desk.told("approve", number, *day, *APPROVER)
    assert desk.told("apply-due")["applied"] == [now]
    waiting = desk("apply", later, *APPROVER)
    assert (waiting.returncode, "2100-01-01" in waiting.stderr) == (Refused.exit_code, True)
    assert [one["id"] for one in desk.told("list", "--stage", "approved")["redraws"]] == [later]
    assert desk.told("withdraw", later, *PLANNER)["stage"] == "WITHDRAWN"
    assert desk.told("reopen", later, *PLANNER)["stage"] == "DRAFT"


def test_wrong_steps_and_wrong_people_are_refused_in_one_sentence(desk: Desk) -> None:
    number = desk.begun(MERGE)
    asked = {
        ("apply", number, *APPROVER): NotFound,
        ("submit", number, *APPROVER): Refused,
        ("submit", 999_999, *PLANNER): NotFound,
        ("create", "x", *READER): Refused,
        ("create", " ", *PLANNER): BadInput,
        ("list", "--stage", "nowhere"): BadInput,
        ("show", number, "--as", "nobody"): NotFound,
        ("redo-move", number, *PLANNER): Refused,
    }
    told = {words: desk(*words) for words in asked}
    assert {words: done.returncode for words, done in told.items()} == {
        words: kind.exit_code for words, kind in asked.items()
    }
    assert all(done.stderr.startswith("geo-grid: ") and done.stderr.count("\n") == 1 for done in told.values())
    desk.told("submit", number, *PLANNER)
    past = desk("approve", number, "--on", "2020-01-01", *APPROVER)
    assert (past.returncode, "in the past" in past.stderr) == (Refused.exit_code, True)
    assert desk.told("refuse", number, "边界不清", *APPROVER)["reason"] == "边界不清"


def test_nobody_approves_what_they_drew(desk: Desk) -> None:
    both = ("--as", "demo.administrator")
    number = int(desk.told("create", "自己画的", *both)["id"])
    desk.told("move", number, "-", *both, said=MERGE)
    desk.told("submit", number, *both)
    own = desk("approve", number, *both)
    assert (own.returncode, "whoever drew" in own.stderr) == (Refused.exit_code, True)


def test_the_program_itself_reads_moves_from_its_input_file(desk: Desk, tmp_path: Path) -> None:
    number = desk.begun()
    (tmp_path / "moves.json").write_text(json.dumps([MERGE]))
    done = geo_grid("redraw", "move", str(number), str(tmp_path / "moves.json"), *PLANNER, "--json", **desk.chosen)
    assert (done.returncode, json.loads(done.stdout)["moves"]) == (0, 1)
    missing = geo_grid("redraw", "move", str(number), str(tmp_path / "none.json"), *PLANNER, **desk.chosen)
    assert "none.json" in missing.stderr
