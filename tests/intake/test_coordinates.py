"""Tables of households: where their coordinates are, what is asked when that is not said, and tables without any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from sqlalchemy import text

from geo_grid.db import DbRole, engine
from geo_grid.intake import NotClean, Options, load, look, standing_county
from geo_grid.intake.web_maps import bd09_of, gcj02_of
from geo_grid.settings import Settings
from tests.intake import town

Step = Callable[[np.ndarray], np.ndarray]


def into(crs: str) -> Step:
    """From the county's CRS to another."""
    way = Transformer.from_crs("EPSG:4546", crs, always_xy=True)
    return lambda at: np.column_stack(way.transform(*at.T))


def tabled(folder: Path, step: Step, x: str = "经度", y: str = "纬度") -> Path:
    """The town's households as a table, their places taken through a step."""
    doors = town.households()
    at = step(shapely.get_coordinates(doors.geometry.to_numpy()))
    frame = pd.DataFrame(doors.drop(columns="geometry")).assign(**{x: at[:, 0], y: at[:, 1]})
    return town.write_table(frame, folder, "户", "csv")


def exchanged(step: Step) -> Step:
    """The step with its two coordinates exchanged."""
    return lambda at: step(at)[:, ::-1]


@pytest.mark.parametrize("crs", ["EPSG:4546", "EPSG:4525", "EPSG:3857"])
def test_metres_in_a_table_are_asked_about_and_come_home_once_named(
    town_to_ask: Settings, tmp_path: Path, crs: str
) -> None:
    file = tabled(tmp_path, into(crs), "x", "y")
    with pytest.raises(NotClean, match=f"only {crs}") as refusal:
        load(town_to_ask, [file])
    assert [one.rule for one in refusal.value.findings if one.severity == "error"] == ["crs_one_fits"]
    named = "EPSG:900913" if crs == "EPSG:3857" else crs
    report = load(town_to_ask, [file], Options(crs=named), dry_run=True)
    assert report.tallies["households"].unchanged + report.tallies["households"].changed == 4
    assert report.moved_households == 0


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4546"])
def test_exchanged_columns_are_asked_about(town_to_ask: Settings, tmp_path: Path, crs: str) -> None:
    file = tabled(tmp_path, exchanged(into(crs)))
    with pytest.raises(NotClean, match="north stands before east"):
        load(town_to_ask, [file])
    assert load(town_to_ask, [file], Options(crs=f"{crs};swapped"), dry_run=True).moved_households == 0


WEB: dict[str, Step] = {
    "GCJ-02": lambda at: gcj02_of(into("EPSG:4490")(at)),
    "BD-09": lambda at: bd09_of(into("EPSG:4490")(at)),
    "GCJ-02/3857": lambda at: np.column_stack(
        Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(*gcj02_of(into("EPSG:4490")(at)).T)
    ),
}


@pytest.mark.parametrize("web", WEB)
def test_a_web_maps_coordinates_are_never_taken_as_they_stand(town_to_ask: Settings, tmp_path: Path, web: str) -> None:
    file = tabled(tmp_path, WEB[web])
    with pytest.raises(NotClean, match=f"it looks like {web}") as refusal:
        load(town_to_ask, [file])
    assert [one.rule for one in refusal.value.findings if one.severity == "error"] == ["crs_web_map"]
    assert load(town_to_ask, [file], Options(crs=web), dry_run=True).moved_households == 0


def test_a_layer_that_says_web_mercator_is_known_for_a_shifted_one(town_to_ask: Settings, tmp_path: Path) -> None:
    frame = town.grids()
    frame = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), WEB["GCJ-02/3857"]), crs="EPSG:3857")
    with pytest.raises(NotClean, match="it looks like GCJ-02/3857"):
        load(town_to_ask, [town.write(frame, tmp_path, "grids", "gpkg")])


def test_the_first_look_offers_the_readings_of_a_table(town_to_ask: Settings, tmp_path: Path) -> None:
    with engine(town_to_ask, DbRole.LOADER).connect() as conn:
        standing = standing_county(conn)
    [seen] = look([tabled(tmp_path, into("EPSG:4525"), "x", "y")], standing=standing).layers
    assert seen.crs.chosen.crs == "EPSG:4525"
    assert seen.bounds is not None


def test_households_without_a_place_are_told_once_and_not_put_anywhere(town_to_ask: Settings, tmp_path: Path) -> None:
    frame = pd.DataFrame(town.households().drop(columns="geometry")).assign(网格编码=town.A)
    new = frame.assign(户编码=[f"990125100001-H{n:04d}" for n in range(2, 6)])
    with pytest.raises(NotClean) as refusal:
        load(town_to_ask, [town.write_table(new, tmp_path, "户")])
    [only] = [one for one in refusal.value.findings if one.severity == "error"]
    assert (only.rule, only.facts["rows"], only.where.endswith("row 4")) == ("household_unplaced", 1, True)
    bare = town.write_table(frame.drop(columns="户编码"), tmp_path, "地址")
    with pytest.raises(NotClean) as refusal:
        load(town_to_ask, [bare])
    assert [(one.rule, one.facts["rows"]) for one in refusal.value.findings if one.severity == "error"] == [
        ("household_unplaced", 4),
        ("code_missing", 4),
    ]


def test_a_table_without_places_says_new_things_of_households_that_stand(
    town_database: Settings, tmp_path: Path
) -> None:
    query = "SELECT code, address, ST_AsText(point), grid_id FROM geo_grid.households ORDER BY code"
    with engine(town_database, DbRole.LOADER).connect() as conn:
        before = [tuple(row) for row in conn.execute(text(query))]
    frame = pd.DataFrame({"户编码": [before[0][0]], "地址": ["西村新门牌"], "人口数": ["4"]})
    report = load(town_database, [town.write_table(frame, tmp_path, "户")])
    assert (report.tallies["households"].changed, report.moved_households) == (1, 0)
    with engine(town_database, DbRole.LOADER).connect() as conn:
        after = [tuple(row) for row in conn.execute(text(query))]
    assert after == [(before[0][0], "西村新门牌", *before[0][2:]), *before[1:]]
