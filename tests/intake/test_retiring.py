"""What the files of a whole noun no longer hold is told, retired when asked, and comes back with an undo."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from geo_grid.checks import check
from geo_grid.county import read_county
from geo_grid.db import DbRole, engine
from geo_grid.intake import ImportReport, NotClean, Options, load
from geo_grid.intake.retire import Retiring
from geo_grid.journal import latest_changesets
from geo_grid.settings import Settings
from tests.intake import town
from tests.intake.test_undo import image, last_import, undo


def without_b(*, taken: bool = True) -> gpd.GeoDataFrame:
    """The town's grids without B, whose ground A takes, or nobody."""
    frame = town.grids().set_index("网格编码")
    if taken:
        frame.loc[[town.A], "geometry"] = [shapely.union_all([town.box_of("A"), town.box_of("B")])]
    return frame.drop(town.B).reset_index()


def retire(database: Settings, files: list[Path], *words: str, dry_run: bool = False) -> ImportReport:
    """What the import of the files did with that retired."""
    return load(database, files, Options(retiring=Retiring.of(words)), dry_run=dry_run)


def asked(database: Settings, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    with engine(database, DbRole.LOADER).connect() as conn:
        return [tuple(row) for row in conn.execute(text(query))]


def imports(database: Settings) -> list[int]:
    """The ids of all imports, the latest first."""
    with engine(database, DbRole.LOADER).connect() as conn:
        return [one.id for one in latest_changesets(conn) if one.kind == "import"]


def sound(database: Settings) -> bool:
    """Whether no invariant of the county is broken."""
    with engine(database, DbRole.LOADER).connect() as conn:
        return check(read_county(conn)).invariants_broken == 0


def test_a_missing_grid_is_told_with_whom_it_touches_and_refused_while_it_stands(
    town_database: Settings, tmp_path: Path
) -> None:
    file = town.write(without_b(), tmp_path, "joined", "gpkg")
    with pytest.raises(NotClean) as refused:
        load(town_database, [file], dry_run=True)
    (gone,) = refused.value.gone["grids"].things
    assert (gone.code, gone.kind, gone.retired, gone.posts, gone.people) == (town.B, "MICRO", False, 1, 1)
    assert [(one.code, one.households) for one in gone.takers] == [(town.A, gone.households)]
    assert gone.households == 1
    assert gone.bare_m2 == 0


@pytest.mark.parametrize("word", ["grids", "grids:MICRO", f"grids={town.B}"])
def test_a_retired_grid_leaves_lineage_ended_posts_and_its_households_elsewhere(
    town_database: Settings, tmp_path: Path, word: str
) -> None:
    before = image(town_database)
    file = town.write(without_b(), tmp_path, "joined", "gpkg")
    rehearsed = retire(town_database, [file], word, dry_run=True)
    assert image(town_database) == before
    done = retire(town_database, [file], word)
    assert done.diff.to_json() == rehearsed.diff.to_json()
    assert done.tallies == rehearsed.tallies
    assert done.tallies["grids"].retired == 1
    stands = f"SELECT count(*) FROM geo_grid.grids WHERE code = '{town.B}' AND retired_at IS NULL"
    assert asked(town_database, stands) == [(0,)]
    lineage = (
        "SELECT a.code, b.code, l.households FROM geo_grid.lineage l "
        "JOIN geo_grid.grids a ON a.id = l.from_grid_id JOIN geo_grid.grids b ON b.id = l.to_grid_id"
    )
    assert asked(town_database, lineage) == [(town.B, town.A, 1)]
    posts = (
        "SELECT p.ended_on = current_date, upper(a.during) = current_date FROM geo_grid.posts p "
        f"JOIN geo_grid.assignments a ON a.post_id = p.id JOIN geo_grid.grids g ON g.id = p.grid_id "
        f"WHERE g.code = '{town.B}'"
    )
    assert asked(town_database, posts) == [(True, True)]
    assert sound(town_database)
    undo(town_database, last_import(town_database))
    assert image(town_database) == before
    assert sound(town_database)


def test_ground_that_no_grid_of_the_files_takes_stands_in_the_way(town_database: Settings, tmp_path: Path) -> None:
    file = town.write(without_b(taken=False), tmp_path, "bare", "gpkg")
    with pytest.raises(NotClean) as refused:
        retire(town_database, [file], "grids")
    (finding,) = [one for one in refused.value.findings if one.rule == "gone_ground"]
    assert (finding.where, finding.households) == (town.B, 1)
    assert finding.area_m2 == pytest.approx(town.box_of("B").area)
    assert finding.point is not None


def test_a_grid_whose_children_stay_cannot_be_retired(town_database: Settings, tmp_path: Path) -> None:
    frame = town.grids()
    groups = frame[frame["网格层级"] == "组网格"]
    west = groups[groups["网格编码"] == town.WEST_GROUP]
    file = town.write(west, tmp_path, "groups", "gpkg")
    with pytest.raises(NotClean) as refused:
        retire(town_database, [file], "grids")
    assert {one.where for one in refused.value.findings if one.rule == "gone_children"} == {town.C}


def test_what_lies_outside_the_extent_of_the_files_is_counted_and_not_asked_about(
    town_database: Settings, tmp_path: Path
) -> None:
    frame = town.grids()
    alone = town.write(frame[frame["网格编码"] == town.A], tmp_path, "alone", "gpkg")
    gone = retire(town_database, [alone], "grids@within", dry_run=True).diff.nouns["grids"].missing
    assert {one.code for one in gone.things} == {town.B, town.C}
    assert (gone.asked, gone.retired) == ([], [])
    assert gone.to_json()["beyond"] == [{"kind": "MICRO", "count": 2, "retired": 0}]
    joined = without_b()
    around = town.write(joined[joined["网格编码"] == town.A], tmp_path, "around", "gpkg")
    report = retire(town_database, [around], "grids:MICRO@within", dry_run=True)
    assert [one.code for one in report.diff.nouns["grids"].missing.retired] == [town.B]


def test_nothing_missing_is_retired_unasked(town_database: Settings, tmp_path: Path) -> None:
    before = image(town_database)
    file = town.write(town.households().head(1), tmp_path, "one", "gpkg")
    report = load(town_database, [file])
    assert report.diff.nouns["households"].missing.to_json()["count"] == 3
    assert image(town_database) == before


def test_missing_households_posts_sites_and_facilities_are_retired_and_come_back(
    town_database: Settings, tmp_path: Path
) -> None:
    places = [
        town.write(town.risk_sites(), tmp_path, "风险点", "gpkg"),
        town.write(town.facilities(), tmp_path, "服务站", "gpkg"),
    ]
    load(town_database, places[:1], Options(noun="risk-sites"))
    load(town_database, places[1:], Options(noun="facilities"))
    everything = (
        "SELECT (SELECT count(*) FROM geo_grid.households), (SELECT count(*) FROM geo_grid.posts "
        "WHERE ended_on IS NULL), (SELECT string_agg(code, ' ' ORDER BY code) FROM geo_grid.risk_sites)"
    )
    (before,) = asked(town_database, everything)
    pictures = image(town_database)
    files = [
        town.write(town.households().tail(2), tmp_path, "households", "gpkg"),
        town.write_table(town.workers().head(2), tmp_path, "workers"),
    ]
    done = retire(town_database, files, "households", "posts:CONTACT")
    assert (done.tallies["households"].retired, done.tallies["posts"].retired) == (2, 2)
    fewer = town.write(town.risk_sites().tail(2), tmp_path, "fewer", "gpkg")
    sites = load(town_database, [fewer], Options(noun="risk-sites", retiring=Retiring.of(["risk-sites=W-1"])))
    assert sites.tallies["risk_sites"].retired == 1
    assert asked(town_database, everything) == [(2, 2, "F-1 L-1")]
    for changeset in imports(town_database)[:2]:
        undo(town_database, changeset)
    assert asked(town_database, everything) == [before]
    assert image(town_database) == pictures


LETTERS = {"A": town.A, "B": town.B, "C": town.C, "P": town.SCHOOL}
ABOVE = {town.A: town.WEST_GROUP, town.B: town.WEST_GROUP, town.C: town.EAST_GROUP, town.SCHOOL: town.WEST_VILLAGE}
ABOVE |= {town.WEST_GROUP: town.WEST_VILLAGE, town.EAST_GROUP: town.EAST_VILLAGE}


def divided(taker: dict[str, str]) -> gpd.GeoDataFrame:
    """The town's grids, each letter's ground in the hands of another letter's grid; those without ground left out."""
    held: dict[str, str] = {}
    for letter, other in taker.items():
        code: str | None = LETTERS[other]
        while code is not None:
            held[code] = held.get(code, "") + letter
            code = ABOVE.get(code)
    held[town.WEST_VILLAGE] = held.get(town.WEST_VILLAGE, "") + "R"
    frame = town.grids().set_index("网格编码")
    for code, letters in held.items():
        frame.loc[[code], "geometry"] = [town.box_of(*letters)]
    return frame.loc[[code for code in frame.index if code in held or code == town.TOWN]].reset_index()


def attempt(database: Settings, files: list[Path], words: set[str], *, dry_run: bool = False) -> object:
    """What came of an import: what it changed, or the rules that stood in its way."""
    try:
        done = retire(database, files, *words, dry_run=dry_run)
    except NotClean as refused:
        return [one.rule for one in refused.findings]
    return done.diff.to_json(), done.tallies


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries({letter: st.sampled_from("ABCP") for letter in "ABCP"}),
    st.sets(st.integers(0, 3), min_size=1),
    st.sampled_from([{"grids", "households"}, {"grids"}, {"households"}, {"grids:MICRO", f"grids={town.SCHOOL}"}]),
)
def test_whatever_is_retired_the_dry_run_is_the_real_one_and_an_undo_brings_it_back(
    town_database: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    taker: dict[str, str],
    homes: set[int],
    words: set[str],
) -> None:
    folder = tmp_path_factory.mktemp("retired")
    files = [
        town.write(divided(taker), folder, "grids", "gpkg"),
        town.write(town.households().iloc[sorted(homes)], folder, "households", "gpkg"),
    ]
    before = image(town_database)
    rehearsed, really = attempt(town_database, files, words, dry_run=True), attempt(town_database, files, words)
    assert rehearsed == really
    assert sound(town_database)
    if image(town_database) != before:
        undo(town_database, last_import(town_database))
    assert image(town_database) == before
