"""Tests of two writers at once: every interleaving ends in one of them first, or in the later one repeating."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import combinations

import pytest
import shapely
from sqlalchemy import Connection

from geo_grid.db import DbRole, Isolation, Repeat, engine, run, transaction
from geo_grid.errors import GeoGridError
from tests.db import net
from tests.db.conftest import Planted

Step = Callable[[Connection], object]
Script = list[Step]

LEVELS: tuple[Isolation, ...] = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")


class Writer:
    """One session, driven step by step from the test; a step that has to wait for the other writer waits here."""

    def __init__(self, planted: Planted, script: Script, level: Isolation) -> None:
        self.conn = engine(planted.settings, DbRole.LOADER).connect().execution_options(isolation_level=level)
        self.conn.begin()
        self.session = self.conn.connection.driver_connection.info.backend_pid
        self.steps: list[Step] = [*script, Connection.commit]
        self.thread = ThreadPoolExecutor(1)
        self.failure: GeoGridError | None = None
        self.waiting: Future[None] | None = None

    def advance(self, watch: Connection) -> None:
        """Do the next step, or queue it behind one that still waits; return when it is done or waits for a lock."""
        self.waiting = self.thread.submit(self._do, self.steps.pop(0))
        while not wait([self.waiting], timeout=0.002).done:
            if watch.exec_driver_sql("SELECT cardinality(pg_blocking_pids(%s))", (self.session,)).scalar():
                return

    def finish(self) -> bool:
        """Wait for what is under way; whether the script committed."""
        assert self.waiting is not None
        self.waiting.result(timeout=20)
        self.thread.shutdown()
        self.conn.close()
        return self.failure is None

    def _do(self, step: Step) -> None:
        if self.failure is not None:
            return
        try:
            step(self.conn)
        except GeoGridError as refused:
            self.failure = refused
            self.conn.rollback()


def _orders(first: int, second: int) -> list[str]:
    """Every way to mix `first` steps of A with `second` steps of B."""
    total = first + second
    return ["".join("A" if i in chosen else "B" for i in range(total)) for chosen in combinations(range(total), first)]


def _interleave(planted: Planted, order: str, scripts: tuple[Script, Script], level: Isolation) -> list[bool]:
    """Run both scripts in that order of steps; whether each committed."""
    writers = {name: Writer(planted, script, level) for name, script in zip("AB", scripts, strict=True)}
    with engine(planted.settings, DbRole.ADMIN).connect() as watch:
        for name in order:
            writers[name].advance(watch)
    return [writer.finish() for writer in writers.values()]


def _sound(planted: Planted) -> bool:
    """Whether the net is closed and every household lies where it says, proved anew."""
    with engine(planted.settings, DbRole.ADMIN).connect() as conn:
        broken = conn.exec_driver_sql(
            "SELECT count(*) FROM geo_grid.uncancelled_edges("
            "  (SELECT array_agg(id) || 0::bigint FROM grids WHERE tier NOT IN ('MICRO', 'SPECIAL')))"
        ).scalar()
        lost = conn.exec_driver_sql(
            "SELECT count(*) FROM households h LEFT JOIN grid_versions v ON v.grid_id = h.grid_id AND upper_inf(valid)"
            " WHERE NOT coalesce(geo_grid.holds(v.own, h.point), false)"
        ).scalar()
        return broken == 0 and lost == 0


def _reset(planted: Planted) -> None:
    """Put MA, MB and MC back as drawn, and H1 too; the households of earlier orders go."""
    with transaction(engine(planted.settings, DbRole.LOADER)) as conn:
        conn.exec_driver_sql("DELETE FROM households WHERE code NOT IN ('H1', 'H2', 'H3')")
        net.redraw(conn, {code: planted.county[code] for code in ("MA", "MB", "MC")})


def _moved(planted: Planted, step: float) -> dict[str, net.Ground]:
    """MA and MB with their common vertex moved."""
    return {c: net.leaf(net.move_vertex(planted.county[c].geom, net.place(2, 5), step, 0)) for c in ("MA", "MB")}


def _move(planted: Planted, step: float) -> Script:
    """A redraw of the border between MA and MB, in two statements for each grid."""
    changed = _moved(planted, step)
    return [
        lambda conn: net.end_versions(conn, *changed),
        lambda conn: [net.insert_version(conn, code, ground) for code, ground in changed.items()],
    ]


def _move_beside(planted: Planted) -> Script:
    """A redraw of the border between MA and MC: the neighbouring edge, so MA is written by both."""
    vertex = net.place(1, 4)
    changed = {c: net.leaf(net.move_vertex(planted.county[c].geom, vertex, 0, -5)) for c in ("MA", "MC")}
    return [
        lambda conn: net.end_versions(conn, *changed),
        lambda conn: [net.insert_version(conn, code, ground) for code, ground in changed.items()],
    ]


def _new_grid_over_the_remainder(planted: Planted, code: str) -> Script:
    """A new micro grid that takes G2's whole remainder: two of them would fill the same gap twice."""
    remainder = planted.county["G2"].own
    assert remainder is not None
    return [
        lambda conn: conn.exec_driver_sql("INSERT INTO grids (code, tier) VALUES (%s, 'MICRO')", (code,)),
        lambda conn: net.insert_version(conn, code, net.leaf(remainder), like="MD"),
        lambda conn: net.redraw(conn, {"G2": net.Ground(None, planted.county["G2"].geom)}),
        lambda conn: conn.exec_driver_sql(
            "UPDATE households SET grid_id = (SELECT id FROM grids WHERE code = %s) WHERE code = 'H3'", (code,)
        ),
    ]


def _new_household(code: str, grid: str) -> Script:
    """A household a little to the west of the common border of MA and MB."""
    return [lambda conn: net.add_household(conn, code, *net.place(1.875, 5), grid)]


def _prove(conn: Connection) -> None:
    """The proofs as a step of their own, so that an order can put other steps between proof and commit."""
    conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


PAIRS: dict[str, Callable[[Planted], tuple[Script, Script]]] = {
    "the same edge twice": lambda planted: (_move(planted, -16), _move(planted, 16)),
    "neighbouring edges": lambda planted: (_move(planted, -16), _move_beside(planted)),
    "a household and the border beside it": lambda planted: (
        [*_new_household("H8", "MA"), _prove],
        [*_move(planted, -16), _prove],
    ),
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("pair", PAIRS)
def test_every_interleaving_leaves_a_sound_net(own_county: Planted, pair: str, level: Isolation) -> None:
    outcomes = []
    for order in _orders(*(len(script) + 1 for script in PAIRS[pair](own_county))):
        outcome = _interleave(own_county, order, PAIRS[pair](own_county), level)
        assert any(outcome), order
        assert _sound(own_county), order
        outcomes.append(outcome)
        _reset(own_county)
    assert all(any(of_one) for of_one in zip(*outcomes, strict=True)), "each of the two commits in some order"


@pytest.mark.parametrize("level", LEVELS)
def test_a_gap_is_filled_once(own_county: Planted, level: Isolation) -> None:
    scripts = (_new_grid_over_the_remainder(own_county, "MX"), _new_grid_over_the_remainder(own_county, "MY"))
    assert _interleave(own_county, "ABABABABAB", scripts, level).count(True) == 1
    assert _sound(own_county)


def test_work_that_collides_is_repeated_until_it_is_done(own_county: Planted) -> None:
    """Each of 4 writers moves the same vertex 5 times by what it finds there: no step is lost."""
    pool = engine(own_county.settings, DbRole.LOADER)

    def push(conn: Connection) -> None:
        # Whoever changes grids locks them first, in the order of their ids.
        found = conn.exec_driver_sql(
            "SELECT g.code, ST_AsBinary(v.geom) FROM grids g JOIN grid_versions v ON v.grid_id = g.id"
            " WHERE g.code IN ('MA', 'MB') AND upper_inf(v.valid) ORDER BY g.id FOR NO KEY UPDATE OF g"
        ).all()
        shapes = {code: shapely.from_wkb(bytes(shape)) for code, shape in found}
        (vertex,) = [v for v in net.vertices(shapes["MA"]) & net.vertices(shapes["MB"]) if v[1] == net.place(2, 5)[1]]
        net.redraw(conn, {code: net.leaf(net.move_vertex(shape, vertex, 1, 0)) for code, shape in shapes.items()})

    def work() -> None:
        for _ in range(5):
            run(pool, push, retries=30, isolation="REPEATABLE READ")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pool.connect() as conn:
        east = conn.exec_driver_sql(
            "SELECT ST_XMax(geom) FROM grid_versions v JOIN grids g ON g.id = v.grid_id"
            " WHERE code = 'MA' AND upper_inf(valid)"
        ).scalar()
    assert east == net.place(2, 5)[0] + 20
    assert _sound(own_county)


def test_a_repeated_collision_is_said_plainly(own_county: Planted) -> None:
    pool = engine(own_county.settings, DbRole.LOADER)

    def collide(conn: Connection) -> None:
        conn.exec_driver_sql("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'serialization_failure'; END $$")

    with pytest.raises(Repeat, match="look again and repeat"):
        run(pool, collide, retries=1)
