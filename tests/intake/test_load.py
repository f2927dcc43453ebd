"""Files come in whole, once, and land where they belong."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from geo_grid.checks import check
from geo_grid.county import County, read_county
from geo_grid.db import DbRole, engine
from geo_grid.intake import NotClean, Options, load
from geo_grid.journal import latest_changesets
from geo_grid.phones import Holder, vault_of
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier
from tests.intake import town


def county_of(settings: Settings) -> County:
    """What the database holds."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return read_county(conn)


def changesets_of(settings: Settings) -> int:
    """How many imports the journal knows."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return sum(one.kind == "import" for one in latest_changesets(conn))


@pytest.mark.parametrize("kind", ["shp", "gpkg", "geojson"])
def test_a_second_run_changes_nothing(database: Settings, tmp_path: Path, kind: str) -> None:
    files = [
        town.write(town.grids(), tmp_path, "grids", kind),
        town.write(town.households(), tmp_path, "households", kind),
        town.write(town.facilities(), tmp_path, "facilities", kind),
        town.write_table(town.workers(), tmp_path, "workers"),
    ]
    sites = town.risk_sites()
    files += [town.write(sites.iloc[[row]], tmp_path, f"risk_{row}", kind) for row in range(3)]
    first, second = load(database, files), load(database, files)
    assert {noun: tally.new for noun, tally in first.tallies.items()} == {
        "grids": 9, "workers": 2, "posts": 4, "households": 4, "risk_sites": 3, "facilities": 1
    }  # fmt: skip
    assert first.written
    assert second.changed == 0
    assert not second.written
    assert "0 changed" in second.to_text()
    assert changesets_of(database) == 1
    assert check(county_of(database)).invariants_broken == 0


def test_every_household_has_one_grid(town_database: Settings) -> None:
    doors = county_of(town_database).doors
    assert list(doors.grids) == [town.A, town.B, town.SCHOOL, town.WEST_VILLAGE] or sorted(doors.grids) == sorted(
        [town.A, town.B, town.SCHOOL, town.WEST_VILLAGE]
    )
    placed = dict(zip(doors.codes, doors.grids, strict=True))
    assert placed["990125100001-H0002"] == town.B  # on the border of A and B: the cell east of it


def test_a_parent_owns_what_its_children_leave(town_database: Settings) -> None:
    grids = {grid.code: grid for grid in county_of(town_database).grids}
    assert shapely.equals(grids[town.WEST_VILLAGE].own, town.box_of("R"))
    assert grids[town.TOWN].own is None
    assert grids[town.A].own == grids[town.A].geom


def test_a_dry_run_writes_nothing(database: Settings, tmp_path: Path) -> None:
    report = load(database, [town.write(town.grids(), tmp_path, "grids", "gpkg")], dry_run=True)
    assert report.tallies["grids"].new == 9
    assert not report.written
    assert county_of(database).grids == []
    assert changesets_of(database) == 0


def test_tiers_come_from_the_file_name(database: Settings, tmp_path: Path) -> None:
    frame = town.grids()
    files = []
    for tier in Tier:
        some = frame[frame["网格层级"] == tier.zh].drop(columns="网格层级")
        if len(some):
            files.append(town.write(some, tmp_path, f"grids_{tier.code.lower()}", "shp"))
    assert load(database, files).tallies["grids"].new == 9


def test_parents_come_from_the_code_rule_or_from_the_ground(database: Settings, tmp_path: Path) -> None:
    frame = town.grids().drop(columns="上级编码")
    frame.loc[frame["网格编码"] == town.SCHOOL, "网格编码"] = "SCHOOL-1"
    load(database, [town.write(frame, tmp_path, "grids", "gpkg")])
    parents = {grid.code: grid.parent for grid in county_of(database).grids}
    assert parents[town.A] == town.WEST_GROUP
    assert parents["SCHOOL-1"] == town.WEST_VILLAGE


def test_missing_codes_are_made_from_west_to_east(database: Settings, tmp_path: Path) -> None:
    frame = town.grids()
    frame.loc[frame["网格层级"] == "微网格", "网格编码"] = ""
    file = town.write(frame, tmp_path, "grids", "gpkg")
    load(database, [file])
    names = {grid.code: grid.name for grid in county_of(database).grids}
    assert (names[town.A], names[town.B], names[town.C]) == ("西甲", "西乙", "东甲")
    assert load(database, [file]).changed == 0


def test_a_grid_can_be_renamed_alone(town_database: Settings, tmp_path: Path) -> None:
    frame = town.changed(town.grids(), town.B, 网格名称="新名")
    report = load(town_database, [town.write(frame, tmp_path, "again", "gpkg")])
    assert (report.tallies["grids"].changed, report.tallies["grids"].unchanged) == (1, 8)
    assert check(county_of(town_database)).invariants_broken == 0


def test_new_ground_moves_the_households_on_it(town_database: Settings, tmp_path: Path) -> None:
    frame = town.changed(town.grids(), town.SCHOOL, geometry=town.box_of("P", "R"))
    report = load(town_database, [town.write(frame.iloc[[8]], tmp_path, "specials", "gpkg")])
    assert report.moved_households == 1
    county = county_of(town_database)
    assert set(county.doors.grids) == {town.A, town.B, town.SCHOOL}
    assert check(county).invariants_broken == 0
    assert {grid.code: grid.own for grid in county.grids}[town.WEST_VILLAGE] is None


def test_a_child_can_come_under_a_standing_parent(town_database: Settings, tmp_path: Path) -> None:
    frame = town.grids().iloc[[8]].copy()
    frame["网格编码"], frame["网格名称"] = f"{town.WEST_VILLAGE}-S02", "水库"
    frame["geometry"] = [town.box_of("R")]
    report = load(town_database, [town.write(frame, tmp_path, "reservoir", "gpkg")])
    assert report.tallies["grids"].new == 1
    assert report.moved_households == 1
    assert check(county_of(town_database)).invariants_broken == 0


def test_a_file_in_degrees_is_brought_into_the_county(database: Settings, tmp_path: Path) -> None:
    sites = town.facilities().to_crs("EPSG:4490")
    assert load(database, [town.write(sites, tmp_path, "facilities", "gpkg")]).tallies["facilities"].new == 1


def test_households_can_come_as_a_table_of_degrees(town_database: Settings, tmp_path: Path) -> None:
    points = town.households().to_crs("EPSG:4490").geometry
    table = town.households().drop(columns="geometry").assign(经度=points.x, 纬度=points.y)
    table["户编码"] = [f"NEW-{n}" for n in range(4)]
    report = load(town_database, [town.write_table(table, tmp_path, "doors", "csv")])
    assert report.tallies["households"].new == 4


def test_a_household_keeps_what_a_file_does_not_give(town_database: Settings, tmp_path: Path) -> None:
    frame = town.households()[["户编码", "人口数", "geometry"]].assign(人口数=9)
    assert load(town_database, [town.write(frame, tmp_path, "h", "gpkg")]).tallies["households"].changed == 4
    with engine(town_database, DbRole.LOADER).connect() as conn:
        query = "SELECT persons, address, code, phone FROM households ORDER BY code LIMIT 1"
        persons, address, code, phone = conn.exec_driver_sql(query).one()
        opened = vault_of(conn).open(Holder.HOUSEHOLD, code, phone)
    assert (persons, address, opened) == (9, "西村1号", "13800000001")


def test_all_or_nothing(database: Settings, tmp_path: Path) -> None:
    outside = town.households()
    outside.loc[0, "geometry"] = shapely.Point(600_000, 4_000_000)
    files = [town.write(town.grids(), tmp_path, "g", "gpkg"), town.write(outside, tmp_path, "h", "gpkg")]
    with pytest.raises(NotClean) as refusal:
        load(database, files)
    assert [finding.rule for finding in refusal.value.findings] == ["household_outside"]
    assert refusal.value.findings[0].point is not None
    assert county_of(database).grids == []


def test_columns_with_other_names_are_named_by_the_user(database: Settings, tmp_path: Path) -> None:
    frame = town.grids().rename(columns={"网格编码": "ID_X", "上级编码": "UP_X"})
    file = town.write(frame, tmp_path, "grids", "shp")
    load(database, [file], Options(fields={"code": "ID_X", "parent": "UP_X"}))
    assert {grid.code for grid in county_of(database).grids} == set(town.grids()["网格编码"])


def test_progress_is_told(database: Settings, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    load(database, [town.write(town.grids(), tmp_path, "g", "gpkg")], None, lambda *step: told.append(step))
    assert {"reading files", "checking the net", "writing", "committing"} <= {stage for stage, _, _ in told}
