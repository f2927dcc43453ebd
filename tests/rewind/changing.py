"""Somebody who changes anything in the small county, and pictures of how it stands."""

from __future__ import annotations

import random
from collections.abc import Callable

from sqlalchemy import Connection

from geo_grid.db import DbRole, engine, run
from geo_grid.errors import GeoGridError
from geo_grid.grids import rename_grids
from geo_grid.journal import NewChangeset, data_version
from geo_grid.redraw.applying import families_of, lock_grids, write_changes
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.net import Net
from geo_grid.redraw.run import run as run_move
from geo_grid.settings import Settings
from tests.redraw.anything import Planner

#: All that a former state consists of, each row with its ids.
PICTURES = (
    "SELECT g.id, g.code, v.tier, v.parent_id, v.name, ST_AsEWKB(v.own), ST_AsEWKB(v.geom) FROM grids g"
    " JOIN grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid) WHERE g.retired_at IS NULL ORDER BY 1",
    "SELECT ST_AsEWKB(geom) FROM county",
    *(f"SELECT t.*::text FROM {noun} t ORDER BY id" for noun in ("workers", "posts", "assignments", "households")),
    *(f"SELECT t.*::text FROM {noun} t ORDER BY id" for noun in ("risk_sites", "facilities")),
)
Picture = list[list[tuple[object, ...]]]


def picture(conn: Connection) -> Picture:
    """How the county stands, to the last byte."""
    return [
        [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in conn.exec_driver_sql(query)]
        for query in PICTURES
    ]


class Hand:
    """Makes one random change set after another; some of them are refused, and then another is tried."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.pool = engine(settings, DbRole.LOADER)
        self.rng = random.Random(seed)
        self.number = 0

    def change(self) -> tuple[int, Picture]:
        """Some change, committed: the version it made, and how the county stands."""
        before = self._version()
        while self._version() == before:
            self.number += 1
            try:
                run(self.pool, self._repeatable(self._some()))
            except GeoGridError:
                continue
        with self.pool.connect() as conn:
            return data_version(conn), picture(conn)

    def _repeatable(self, work: Callable[[Connection], object]) -> Callable[[Connection], object]:
        """The work with the database's own chance settled before it."""
        seed = self.rng.random()

        def seeded(conn: Connection) -> object:
            conn.exec_driver_sql("SELECT setseed(%s)", (seed,))
            return work(conn)

        return seeded

    def _version(self) -> int:
        with self.pool.connect() as conn:
            return data_version(conn)

    def _some(self) -> Callable[[Connection], object]:
        kinds = [self._move, self._move, self._move, self._household, self._household, self._worker, self._post]
        return self.rng.choice([*kinds, self._assignment, self._assignment, self._site, self._code])

    def _codes(self, conn: Connection) -> list[str]:
        return list(conn.exec_driver_sql("SELECT code FROM grids WHERE retired_at IS NULL ORDER BY 1").scalars())

    def _move(self, conn: Connection) -> None:
        net = Net(LiveSource(conn))
        changes, _new = run_move(net, Planner(self._codes(conn), self.rng).move(net))
        NewChangeset("alice", "redraw").open(conn)
        lock_grids(conn, families_of(net, changes))
        write_changes(conn, net, changes, srid=4546, today=conn.exec_driver_sql("SELECT current_date").scalar())

    def _household(self, conn: Connection) -> None:
        code, kind = f"H{self.rng.randint(1, 9)}", self.rng.choice("ADU")
        if kind == "D":
            conn.exec_driver_sql("DELETE FROM households WHERE code = %s", (code,))
            return
        place = (
            "SELECT g.id, ST_PointOnSurface(v.own) AS p FROM grids g JOIN grid_versions v ON v.grid_id = g.id"
            " WHERE upper_inf(v.valid) AND v.own IS NOT NULL AND g.retired_at IS NULL ORDER BY random() LIMIT 1"
        )
        conn.exec_driver_sql(
            f"INSERT INTO households (code, address, point, grid_id, contact_id) SELECT %s, %s,"
            f" ST_SnapToGrid(p, 0, 0, 0.0009765625, 0.0009765625), id,"
            f" (SELECT id FROM workers ORDER BY random() LIMIT 1) FROM ({place}) AS s"
            " ON CONFLICT (code) DO UPDATE SET (point, grid_id, contact_id, address) ="
            " ROW(EXCLUDED.point, EXCLUDED.grid_id, EXCLUDED.contact_id, EXCLUDED.address)",
            (code, f"village {self.number}"),
        )

    def _worker(self, conn: Connection) -> None:
        code = f"W{self.rng.randint(1, 5)}"
        if self.rng.random() < 0.3:
            conn.exec_driver_sql("DELETE FROM workers WHERE code = %s", (code,))
            return
        conn.exec_driver_sql(
            "INSERT INTO workers (code, name) VALUES (%s, %s) ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name",
            (code, f"worker {self.number}"),
        )

    def _post(self, conn: Connection) -> None:
        if self.rng.random() < 0.3:
            conn.exec_driver_sql("DELETE FROM posts WHERE id = (SELECT id FROM posts ORDER BY random() LIMIT 1)")
            return
        grid = self.rng.choice(self._codes(conn))
        conn.exec_driver_sql(
            "INSERT INTO posts (grid_id, role, seat) SELECT id, 'GRID_LEADER', %s FROM grids WHERE code = %s"
            " ON CONFLICT DO NOTHING",
            (self.rng.randint(1, 3), grid),
        )

    def _assignment(self, conn: Connection) -> None:
        post = conn.exec_driver_sql("SELECT id FROM posts ORDER BY random() LIMIT 1").scalar()
        worker = conn.exec_driver_sql("SELECT id FROM workers ORDER BY random() LIMIT 1").scalar()
        cut = f"2026-0{self.rng.randint(1, 9)}-01"
        kind = self.rng.choice(["take over", "move", "clear"])
        if kind == "clear":
            conn.exec_driver_sql("DELETE FROM assignments WHERE post_id = %s", (post,))
        elif kind == "move":
            conn.exec_driver_sql(
                "UPDATE assignments SET worker_id = %s WHERE post_id = %s AND upper_inf(during)", (worker, post)
            )
        elif post is not None and worker is not None:
            conn.exec_driver_sql("DELETE FROM assignments WHERE post_id = %s AND lower(during) >= %s", (post, cut))
            conn.exec_driver_sql(
                "UPDATE assignments SET during = daterange(lower(during), %s)"
                " WHERE post_id = %s AND during @> %s::date",
                (cut, post, cut),
            )
            conn.exec_driver_sql(
                "INSERT INTO assignments (post_id, worker_id, during) VALUES (%s, %s, daterange(%s, NULL))",
                (post, worker, cut),
            )

    def _site(self, conn: Connection) -> None:
        code = f"R{self.rng.randint(1, 4)}"
        if self.rng.random() < 0.3:
            conn.exec_driver_sql("DELETE FROM risk_sites WHERE code = %s", (code,))
            return
        conn.exec_driver_sql(
            "INSERT INTO risk_sites (code, name, kind, geom) SELECT %s, %s, 'WELL', point FROM households"
            " ORDER BY random() LIMIT 1 ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, geom = EXCLUDED.geom",
            (code, f"well {self.number}"),
        )

    def _code(self, conn: Connection) -> None:
        old = self.rng.choice(self._codes(conn))
        former = conn.exec_driver_sql(
            "SELECT c.code FROM grid_codes c JOIN grids g ON g.id = c.grid_id WHERE g.code = %s AND c.code <> %s"
            " ORDER BY random() LIMIT 1",
            (old, old),
        ).scalar()
        fresh = former if former and self.rng.random() < 0.5 else f"N{self.number}"
        NewChangeset("alice", "import", summary={"renamed": [[old, fresh]]}).open(conn)
        rename_grids(conn, [(old, fresh)])
