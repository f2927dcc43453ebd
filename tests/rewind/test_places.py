"""One grid with all in it brought back, and what stands in the way of it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from geo_grid import rewind
from geo_grid.db import DbRole, engine, transaction
from geo_grid.journal import NewChangeset, data_version
from geo_grid.rewind import Blocked, NothingToRestore, Then
from geo_grid.settings import Settings
from tests.db import net
from tests.db.conftest import Planted


def then_of(settings: Settings) -> Then:
    """The present state, to be restored later."""
    with engine(settings, DbRole.WEB).connect() as conn:
        return Then(data_version(conn), None, None, "", "")


def changed(settings: Settings, *statements: str) -> None:
    """Statements committed as somebody's change."""
    with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("bob", "edit")) as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)


def restore(settings: Settings, then: Then, place: str | None) -> None:
    """The state restored and proved."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        rewind.rewind(conn, then, "alice", place=place)


def addresses(conn: Connection) -> list[str]:
    """The addresses of the households in their order."""
    return list(conn.exec_driver_sql("SELECT address FROM households ORDER BY code").scalars())


def test_a_place_comes_back_and_the_rest_stays(own_county: Planted) -> None:
    settings, then = own_county.settings, then_of(own_county.settings)
    changed(settings, "UPDATE households SET address = 'x'", "INSERT INTO workers (code, name) VALUES ('W1', 'Alice')")
    restore(settings, then, "MA")
    with engine(settings, DbRole.WEB).connect() as conn:
        assert addresses(conn) == ["", "x", "x"]
        assert conn.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 1


def test_borders_inside_a_place_come_back(own_county: Planted) -> None:
    settings, then = own_county.settings, then_of(own_county.settings)
    vertex = net.place(2, 5)
    moved = {code: net.leaf(net.move_vertex(own_county.county[code].geom, vertex, 3, 0)) for code in ("MA", "MB")}
    with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("bob", "redraw")) as conn:
        net.redraw(conn, moved)
    with pytest.raises(Blocked, match="restore a wider grid"):
        restore(settings, then, "MA")
    restore(settings, then, "G1")
    with engine(settings, DbRole.WEB).connect() as conn:
        area = conn.exec_driver_sql(
            "SELECT ST_Area(v.geom) FROM grid_versions v JOIN grids g ON g.id = v.grid_id"
            " WHERE g.code = 'MA' AND upper_inf(v.valid)"
        ).scalar()
    assert area == own_county.county["MA"].geom.area
    with pytest.raises(NothingToRestore):
        restore(settings, then, "G1")


def test_what_has_no_history_stands_in_the_way(own_county: Planted) -> None:
    settings, then = own_county.settings, then_of(own_county.settings)
    changed(
        settings,
        "INSERT INTO workers (code, name) VALUES ('W1', 'Alice')",
        "INSERT INTO visits (worker_id, grid_id, done_on, by, request)"
        " SELECT w.id, g.id, '2026-01-01', 'x', 'x' FROM workers w, grids g WHERE g.code = 'MA'",
    )
    with pytest.raises(Blocked, match="worker W1, who came later, has visits"):
        restore(settings, then, None)
