"""Whatever is changed, what is kept from before and said to be true still is what would be made anew."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import Actor, make_demo, seal_scope
from geo_grid.db import DbRole, engine, reading, run, transaction
from geo_grid.journal import NewChangeset
from geo_grid.publish import (
    ChangeLog,
    GridSummary,
    TierTree,
    TileCache,
    data_version,
    grid_summary,
    prepare_tiles,
    tier_tree,
    tile,
)
from geo_grid.redraw import Extend
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.net import Net
from geo_grid.settings import Settings
from tests.publish import town
from tests.publish.conftest import tile_of
from tests.redraw.anything import Planner

PLANNER, APPROVER = Actor.system("planner"), Actor.system("approver")
#: As many changes in a row, and the rows.
LENGTH, SEEDS = 8, (1, 2)
TILES = sorted(
    {tile_of(*town.degrees(x, y), z) for z in (9, 12, 14, 16, 17) for x, y in ((0.5, 3.5), (2.5, 1.5), (3, 0.5))}
)
SITE = "ST_SnapToGrid(ST_Translate(geom, 64, -32), 0, 0, 1.0 / 1024, 1.0 / 1024)"
EDITS = (
    "UPDATE households SET contact_id = (SELECT id FROM workers WHERE code = 'W3') WHERE code = 'H{0}'",
    "DELETE FROM households WHERE code = 'H{0}'",
    "UPDATE assignments SET during = daterange(lower(during), current_date) WHERE upper_inf(during)"
    " AND lower(during) < current_date AND id %% 2 = {0} %% 2",
    "UPDATE posts SET ended_on = current_date WHERE id %% 5 = {0} - 1 AND ended_on IS NULL",
    f"UPDATE risk_sites SET geom = {SITE} WHERE code = 'R1'",
    "UPDATE risk_sites SET name = name || '{0}' WHERE id %% 3 = {0} %% 3",
    "UPDATE facilities SET name = name || '{0}' WHERE id %% 4 = {0} - 1",
    "UPDATE workers SET name = name || '{0}' WHERE code = 'W1'",
    "UPDATE county SET name = name || '{0}'",
)


@dataclass
class Asker:
    """Somebody who sees the subtree of `top`, or the county, and what they were shown before."""

    account: int | None
    top: str | None
    made: int = 0
    summaries: dict[str, tuple[int, GridSummary]] = field(default_factory=dict)
    figures: tuple[int, TierTree] | None = None

    @property
    def tops(self) -> frozenset[str] | None:
        return None if self.top is None else frozenset({self.top})

    def connects(self, settings: Settings) -> Callable[[], AbstractContextManager[Connection]]:
        """What opens a connection that sees what the asker sees now; counts how often."""
        seal = ""
        if self.account is not None:
            with engine(settings, DbRole.ACCESS).connect() as conn:
                seal = seal_scope(conn, self.account, "SEE")
        pool = engine(settings, DbRole.WEB if self.account is None else DbRole.SCOPED)

        def connect() -> AbstractContextManager[Connection]:
            self.made += 1
            return reading(pool, seal=seal)

        return connect


@pytest.fixture
def askers(town_clone: Settings) -> list[Asker]:
    """Who sees the county, the lower village and the upper one, in a town with prepared shapes."""
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        prepare_tiles(conn)
    with transaction(engine(town_clone, DbRole.ACCESS)) as conn:
        make_demo(conn, township=town.LOWER, village=town.UPPER, by="test")
        ids = dict(conn.exec_driver_sql("SELECT username, id FROM accounts").all())
    lower, upper = Asker(ids["demo.township"], town.LOWER), Asker(ids["demo.grid-worker"], town.UPPER)
    return [Asker(None, None), lower, upper]


def redrawn(settings: Settings, chance: random.Random) -> bool:
    """Whether a random move was drawn, approved and applied."""
    pool = engine(settings, DbRole.LOADER)
    with reading(pool) as conn:
        codes = list(conn.exec_driver_sql("SELECT code FROM grids WHERE retired_at IS NULL ORDER BY code").scalars())
        move = Planner(codes, chance).move(Net(LiveSource(conn)))
        today = conn.exec_driver_sql("SELECT current_date").scalar_one()
    draft = run(pool, lambda conn: redraw.create_draft(conn, PLANNER, "test").id)
    try:
        run(pool, lambda conn: redraw.add_move(conn, draft, PLANNER, move))
    except redraw.MoveRefused:
        return False
    run(pool, lambda conn: redraw.submit(conn, draft, PLANNER))
    run(pool, lambda conn: redraw.approve(conn, draft, APPROVER, today))
    run(pool, lambda conn: redraw.apply(conn, draft, APPROVER))
    return True


def change(settings: Settings, chance: random.Random) -> None:
    """One change of any kind."""
    if chance.random() < 0.6:
        while not redrawn(settings, chance):
            pass
        return
    said = chance.choice(EDITS).format(chance.randint(1, 5))
    with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("alice", "edit")) as conn:
        conn.exec_driver_sql(said)


def compare(settings: Settings, asker: Asker, cache: TileCache, log: ChangeLog) -> Counter[str]:
    """Every tile, summary and figure that is said to be true is what is made anew; how many were kept."""
    kept, connect = Counter[str](), asker.connects(settings)

    def widely() -> AbstractContextManager[Connection]:
        return reading(engine(settings, DbRole.WEB))

    with connect() as conn:
        version = data_version(conn)
        for place in TILES:
            before = asker.made
            found = cache.get(version, *place, connect=connect, tops=asker.tops, connect_widely=widely)
            assert found.body == tile(conn, *place).body, place
            kept["tiles"] += asker.made == before
        codes = conn.exec_driver_sql("SELECT code FROM grids WHERE retired_at IS NULL ORDER BY code").scalars().all()
        for code in codes:
            summary = grid_summary(conn, code)
            since = log.between(asker.summaries[code][0], version, widely) if code in asker.summaries else None
            if since is not None and all(one.spares_summary(asker.summaries[code][1]) for one in since):
                assert asker.summaries[code][1] == summary
                kept["summaries"] += 1
            else:
                asker.summaries[code] = version, summary
        figures = tier_tree(conn)
        since = log.between(asker.figures[0], version, widely) if asker.figures else None
        if asker.figures and since is not None and not any(one.reaches(asker.tops) for one in since):
            assert replace(asker.figures[1], version=figures.version) == figures
            kept["figures"] += 1
        else:
            asker.figures = version, figures
    return kept


@pytest.mark.parametrize("seed", SEEDS)
def test_after_a_change_nothing_stale_is_ever_served(town_clone: Settings, askers: list[Asker], seed: int) -> None:
    chance, cache, log = random.Random(seed), TileCache(), ChangeLog()
    kept = Counter[str]()
    for number in range(LENGTH + 1):
        if number:
            change(town_clone, chance)
        for asker in askers:
            kept += compare(town_clone, asker, cache, log)
    assert min(kept["tiles"], kept["summaries"]) > 0  # figures are kept only by chance


def test_what_no_history_tells_makes_everything_anew(town_clone: Settings, askers: list[Asker]) -> None:
    log = ChangeLog()
    with reading(engine(town_clone, DbRole.WEB)) as conn:
        before = data_version(conn)
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        prepare_tiles(conn)

    def widely() -> AbstractContextManager[Connection]:
        return reading(engine(town_clone, DbRole.WEB))

    with widely() as conn:
        after = data_version(conn)
    changes = log.between(before, after, widely)
    assert changes is not None
    assert [one.spares((0.0, 0.0, 1.0, 1.0), asker.tops) for one in changes for asker in askers] == [False] * 3


def test_a_county_that_grows_at_one_end_stays_as_it_was_at_the_other(town_clone: Settings) -> None:
    pool, log = engine(town_clone, DbRole.LOADER), ChangeLog()

    def widely() -> AbstractContextManager[Connection]:
        return reading(engine(town_clone, DbRole.WEB))

    with widely() as conn:
        before, leaf = data_version(conn), f"{town.LOWER}-G01-M01"
        west, south, _, north = conn.exec_driver_sql(
            "SELECT ST_XMin(v.geom), ST_YMin(v.geom), ST_XMax(v.geom), ST_YMax(v.geom) FROM grid_versions v"
            f" JOIN grids g ON g.id = v.grid_id WHERE g.code = '{leaf}'"
        ).one()
        today, upper = conn.exec_driver_sql("SELECT current_date").scalar_one(), grid_summary(conn, town.COURT)
    third = (north - south) / 3
    corners = ((0, 1), (-40, 1), (-40, 2), (0, 2), (0, 1))
    outward = Extend(leaf, tuple((west + east, south + third * up) for east, up in corners))
    draft = run(pool, lambda conn: redraw.create_draft(conn, PLANNER, "test").id)
    run(pool, lambda conn: redraw.add_move(conn, draft, PLANNER, outward))
    run(pool, lambda conn: redraw.submit(conn, draft, PLANNER))
    run(pool, lambda conn: redraw.approve(conn, draft, APPROVER, today))
    run(pool, lambda conn: redraw.apply(conn, draft, APPROVER))
    with widely() as conn:
        after = data_version(conn)
    (one,) = log.between(before, after, widely) or ()
    assert not one.is_all
    assert town.LOWER in one.moved
    assert one.spares_summary(upper), "the township above both has another shape, and nothing else of it is told"


def test_a_version_that_is_not_there_yet_and_another_day_tell_nothing(town_database: Settings) -> None:
    def widely() -> AbstractContextManager[Connection]:
        return reading(engine(town_database, DbRole.WEB))

    with widely() as conn:
        now = data_version(conn)
    assert ChangeLog().between(now, now + 100_000, widely) is None
    assert ChangeLog().between(now - 1, now, widely) is None
    assert ChangeLog().between(now, now, widely) == []
