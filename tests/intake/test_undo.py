"""An import can be taken back, whole, unless something was built on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from geo_grid.checks import check
from geo_grid.county import read_county
from geo_grid.db import DbRole, engine, transaction
from geo_grid.intake import load
from geo_grid.intake.undo import AlreadyUndone, InTheWay, undo_import
from geo_grid.journal import NewChangeset, latest_changesets
from geo_grid.settings import Settings
from tests.intake import town

_IMAGES = """
SELECT 'grid', g.code, v.tier, p.code, v.name, ST_AsEWKT(v.own), ST_AsEWKT(v.geom) FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id LEFT JOIN geo_grid.grids p ON p.id = v.parent_id WHERE upper_inf(v.valid)
UNION ALL
SELECT 'household', h.code, h.address, g.code, h.persons::text, h.phone, ST_AsEWKT(h.point)
  FROM geo_grid.households h JOIN geo_grid.grids g ON g.id = h.grid_id
UNION ALL SELECT 'worker', code, name, phone, NULL, NULL, NULL FROM geo_grid.workers
UNION ALL SELECT 'post', id::text, role, seat::text, NULL, NULL, NULL FROM geo_grid.posts
UNION ALL SELECT 'assignment', id::text, post_id::text, worker_id::text, during::text, NULL, NULL
  FROM geo_grid.assignments
UNION ALL SELECT 'county', '', NULL, NULL, NULL, NULL, ST_AsEWKT(ST_Normalize(geom)) FROM geo_grid.county
ORDER BY 1, 2
"""


def image(settings: Settings) -> list[tuple[object, ...]]:
    """All that the database says of the county now."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return [tuple(row) for row in conn.execute(text(_IMAGES))]


def last_import(settings: Settings) -> int:
    """The id of the latest import."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return next(one.id for one in latest_changesets(conn) if one.kind == "import")


def undo(settings: Settings, changeset: int) -> int:
    """The id of the change set that took it back."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        return undo_import(conn, changeset, "alice").changeset_id


def moved_border(folder: Path) -> Path:
    """The town's grids with the ground of A and B exchanged, and another name."""
    frame = town.grids().set_index("网格编码")
    frame.loc[[town.A, town.B], "geometry"] = [town.box_of("B"), town.box_of("A")]
    frame.loc[town.C, "网格名称"] = "东丙"
    return town.write(frame.reset_index(), folder, "moved", "gpkg")


def test_an_undone_change_leaves_what_stood_before(town_database: Settings, tmp_path: Path) -> None:
    before = image(town_database)
    load(town_database, [moved_border(tmp_path)])
    assert image(town_database) != before
    undo(town_database, last_import(town_database))
    assert image(town_database) == before
    with engine(town_database, DbRole.LOADER).connect() as conn:
        assert check(read_county(conn)).invariants_broken == 0


def test_the_first_import_can_be_undone_and_come_again(town_database: Settings, tmp_path: Path) -> None:
    before = [row for row in image(town_database) if row[0] not in {"post", "assignment"}]
    undo(town_database, last_import(town_database))
    assert [row for row in image(town_database) if row[0] != "county"] == []
    files = [
        town.write(town.grids(), tmp_path, "grids", "gpkg"),
        town.write(town.households(), tmp_path, "households", "gpkg"),
        town.write_table(town.workers(), tmp_path, "workers"),
    ]
    assert load(town_database, files).written
    assert [row for row in image(town_database) if row[0] not in {"post", "assignment"}] == before


def test_an_undo_happens_once(town_database: Settings, tmp_path: Path) -> None:
    load(town_database, [moved_border(tmp_path)])
    done = last_import(town_database)
    undo(town_database, done)
    with pytest.raises(AlreadyUndone):
        undo(town_database, done)


def test_later_changes_in_the_way_are_named(town_database: Settings, tmp_path: Path) -> None:
    first = last_import(town_database)
    load(town_database, [moved_border(tmp_path)])
    with pytest.raises(InTheWay, match=f"grid {town.A} was changed by geo-grid import"):
        undo(town_database, first)


def test_a_household_that_came_later_is_in_the_way(town_database: Settings) -> None:
    first = last_import(town_database)
    add = "INSERT INTO geo_grid.households (code, address, point, grid_id) SELECT 'H-9', '', point, grid_id FROM "
    added = NewChangeset("Bob", "edit")
    with transaction(engine(town_database, DbRole.LOADER), changeset=added) as conn:
        conn.execute(text(f"{add} geo_grid.households ORDER BY id LIMIT 1"))
    with pytest.raises(InTheWay, match="household H-9 lies in grid"):
        undo(town_database, first)


def test_a_renamed_grid_gets_its_former_code_back(town_database: Settings, tmp_path: Path) -> None:
    before = image(town_database)
    frame = town.grids()
    frame.loc[frame["网格编码"] == town.C, "网格编码"] = f"{town.EAST_GROUP}-M09"
    report = load(town_database, [town.write(frame, tmp_path, "renamed", "gpkg")])
    assert list(report.diff.nouns["grids"].renamed) == [(town.C, f"{town.EAST_GROUP}-M09")]
    assert (report.diff.nouns["grids"].new, report.diff.nouns["grids"].gone) == (0, 0)
    undo(town_database, last_import(town_database))
    assert image(town_database) == before
