"""Two writers at once, in every order of their steps: what commits is whole, what collides is said or repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import pytest
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, Isolation, engine, run, transaction
from geo_grid.journal import NewChangeset
from geo_grid.redraw import Carve, Line, Merge, Move, Rename, Reshape, Split
from geo_grid.redraw.applying import write_changes
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import Row
from geo_grid.redraw.settle import settle
from geo_grid.vocabulary import Tier
from tests import databases
from tests.db import net, test_concurrency
from tests.db.conftest import Planted, plant
from tests.redraw.people import ALICE, CHEN

LEVELS: tuple[Isolation, ...] = ("READ COMMITTED", "REPEATABLE READ")
Script = list[Callable[[Connection], object]]


def line(*places: tuple[float, float]) -> Line:
    """A line through places of the small county's drawing."""
    return tuple(net.place(x, y) for x, y in places)


def ready(planted: Planted, *moves: Move) -> int:
    """An approved redraw of these moves."""
    pool = engine(planted.settings, DbRole.LOADER)
    with transaction(pool) as conn:
        draft = redraw.create_draft(conn, ALICE, "调整")
        for move in moves:
            redraw.add_move(conn, draft.id, ALICE, move)
        redraw.submit(conn, draft.id, ALICE)
        redraw.approve(conn, draft.id, CHEN, conn.exec_driver_sql("SELECT current_date").scalar_one())
    return draft.id


def applying(planted: Planted, *moves: Move) -> Script:
    """An approved redraw applied: in one step, as the product does it, before the commit."""
    redraw_id = ready(planted, *moves)
    return [_begin, lambda conn: redraw.apply(conn, redraw_id, CHEN)]


def undoing(planted: Planted, *moves: Move) -> Script:
    """An applied redraw taken back."""
    redraw_id = ready(planted, *moves)
    run(engine(planted.settings, DbRole.LOADER), lambda conn: redraw.apply(conn, redraw_id, CHEN))
    return [_begin, lambda conn: redraw.undo_applied(conn, redraw_id, CHEN)]


def _begin(conn: Connection) -> None:
    """The first statement, which under REPEATABLE READ fixes what the transaction sees."""
    conn.exec_driver_sql("SELECT count(*) FROM grids")


def importing(planted: Planted) -> Script:
    """An import that writes a grid anew, as an importer does: the county first."""
    ground = planted.county["MA"]
    return [
        lambda conn: conn.exec_driver_sql("SELECT srid FROM county FOR NO KEY UPDATE"),
        lambda conn: net.end_versions(conn, "MA"),
        lambda conn: net.insert_version(conn, "MA", ground),
    ]


def new_household(code: str, column: float, row: float, grid: str) -> Script:
    """A household written by somebody who looked where it lies before the border moved."""
    return [_begin, lambda conn: net.add_household(conn, code, *net.place(column, row), grid)]


BULGE = line((2, 4.1), (2.5, 4.5), (2.5, 5.5), (2, 5.9))
DENT = line((2, 4.1), (1.5, 4.5), (1.5, 5.5), (2, 5.9))
ACROSS_A = line((-1, 5.2), (3, 5.2))

PAIRS: dict[str, Callable[[Planted], tuple[Script, Script]]] = {
    "move and move over one border": lambda p: (
        applying(p, Reshape("MA", BULGE, "MB")),
        applying(p, Reshape("MB", DENT, "MA")),
    ),
    "split and merge of one grid": lambda p: (
        applying(p, Split(("MA",), ACROSS_A)),
        applying(p, Merge(("MA", "MB"), "MB")),
    ),
    "two new grids in one gap": lambda p: (
        applying(p, Carve(line((3, 0), (5, 0), (5, 2), (3, 2), (3, 0)), "G2", Tier.MICRO)),
        applying(p, Carve(line((3, 0), (5, 0), (5, 2), (3, 2), (3, 0)), "G2", Tier.MICRO)),
    ),
    "a household and the border beside it": lambda p: (
        new_household("H8", 1.875, 5, "MA"),
        applying(p, Reshape("MB", DENT, "MA")),
    ),
    "undo and edit of one grid": lambda p: (
        undoing(p, Rename("MA", "甲")),
        applying(p, Split(("MA",), ACROSS_A)),
    ),
    "import and edit of one grid": lambda p: (importing(p), applying(p, Split(("MA",), ACROSS_A))),
    "moves in different places": lambda p: (
        applying(p, Split(("MK",), line((7, 5), (11, 5)))),
        applying(p, Split(("MD",), line((-1, 0.5), (3, 0.5)))),
    ),
}


@pytest.fixture(scope="module")
def planted(cluster: Cluster) -> Iterator[Planted]:
    """The small county, brought back to what it was after each order."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        yield plant(settings)


def bring_back(planted: Planted, rows: dict[str, Row]) -> None:
    """The net as it was planted."""

    def work(conn: Connection) -> None:
        conn.exec_driver_sql("DELETE FROM households WHERE code NOT IN ('H1', 'H2', 'H3')")
        live = Net(LiveSource(conn))
        standing = conn.exec_driver_sql("SELECT code FROM grids WHERE retired_at IS NULL").scalars().all()
        wanted: dict[str, Row | None] = {code: None for code in standing if code not in rows}
        wanted |= {code: row for code, row in rows.items() if live.get(code) != row}
        if wanted:
            changes = settle(live, wanted, restores=True)
            today = conn.exec_driver_sql("SELECT current_date").scalar_one()
            write_changes(conn, live, changes, srid=4546, today=today)

    run(engine(planted.settings, DbRole.LOADER), work, NewChangeset("alice", "undo"))


def orders(first: int, second: int) -> list[str]:
    """Every way to mix the steps of A and B."""
    total = first + second
    return ["".join("A" if i in chosen else "B" for i in range(total)) for chosen in combinations(range(total), first)]


def work_through(planted: Planted, pair: str, level: Isolation, mixed: list[str]) -> None:
    """Run the pair in each order, prove the net after each, and that each of the two commits in some order."""
    with engine(planted.settings, DbRole.LOADER).connect() as conn:
        source = LiveSource(conn)
        rows = {row.code: row for row in source.rows(list(net.TREE))}
    outcomes = []
    for order in mixed:
        scripts = PAIRS[pair](planted)
        outcome = test_concurrency._interleave(planted, order, scripts, level)
        assert any(outcome), order
        assert test_concurrency._sound(planted), order
        outcomes.append(outcome)
        bring_back(planted, rows)
    assert all(any(of_one) for of_one in zip(*outcomes, strict=True)), "each of the two commits in some order"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pair", PAIRS)
def test_two_writers_leave_a_sound_net(planted: Planted, pair: str, level: Isolation) -> None:
    mixed = ["AABABAB", "BABAABA", "BBBAAAA"] if pair.startswith("import") else ["ABABAB", "BABABA", "AABBAB"]
    work_through(planted, pair, level, mixed)


@pytest.mark.soak
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pair", PAIRS)
def test_every_interleaving_leaves_a_sound_net(planted: Planted, pair: str, level: Isolation) -> None:
    work_through(planted, pair, level, orders(4 if pair.startswith("import") else 3, 3))
