"""Our own exports come back in, in every format and language, and change nothing."""

import json
import os
import subprocess
import sys

import geopandas
import pandas as pd
import pyarrow
import pyogrio
import pytest
import shapely
from pyarrow import parquet

from geo_grid.db import DbRole, engine
from geo_grid.intake import NotClean, Unreadable, load, read, sandbox
from geo_grid.intake.read import Options
from geo_grid.publish import export
from geo_grid.publish.export import FORMATS, ONLY_SHAPES
from geo_grid.publish.nouns import NOUNS
from tests.publish import town

ROWS = {"grids": 2575, "households": 28500, "risk_sites": 640, "facilities": 190, "workers": 410, "posts": 2994}


def exported(settings, file_format, folder, lang="zh"):
    """Every noun that the format holds, as files."""
    files = []
    with engine(settings, DbRole.WEB).connect() as conn:
        for noun in NOUNS:
            if noun.geometry is None and file_format in ONLY_SHAPES:
                continue
            files.append(folder / f"{noun.name}.{'zip' if file_format == 'shp' else file_format}")
            export(conn, noun.name, file_format, files[-1], lang=lang)
    return files


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_towns_export_changes_nothing_when_it_comes_back(town_database, tmp_path, file_format, lang):
    files = exported(town_database, file_format, tmp_path, lang)
    report = load(town_database, files, dry_run=True)
    # GDAL fills the unknown number of persons in a DBF with stars.
    told = {"number_stars"} if file_format == "shp" else set()
    assert (report.changed, {finding.rule for finding in report.findings}) == (0, told)
    assert report.tallies["grids"].unchanged == len(town.GRIDS)
    assert report.tallies["risk_sites"].unchanged == len(town.SITES)
    assert ("workers" in report.tallies) is (file_format not in ONLY_SHAPES)


def imported_by_the_command(settings, files):
    """What the command says of an import of the files."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GEO_GRID_")}
    environ |= {"GEO_GRID_DATABASE_URL": settings.database_url, "GEO_GRID_HOME": str(settings.home)}
    words = [sys.executable, "-m", "geo_grid.cli", "import", *map(str, files), "--json"]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "file_format",
    [pytest.param(one, marks=() if one == "parquet" else pytest.mark.soak) for one in FORMATS],
)
def test_the_sample_countys_export_changes_nothing_by_the_command(sample_database, tmp_path, file_format):
    said = imported_by_the_command(sample_database, exported(sample_database, file_format, tmp_path))
    wanted = {noun: rows for noun, rows in ROWS.items() if noun in said["nouns"]}
    assert {noun: tally["unchanged"] for noun, tally in said["nouns"].items()} == wanted
    assert len(wanted) == (4 if file_format in ONLY_SHAPES else 6)
    assert (said["changed"], said["written"], said["findings"]) == (0, False, [])


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_name_mended_in_a_spreadsheet_renames_the_grid_and_keeps_its_ground(town_clone, tmp_path, file_format):
    grids, sites = (file for file in exported(town_clone, "csv", tmp_path) if file.stem in {"grids", "risk-sites"})
    for path, column, code in ((grids, "网格名称", town.COURT), (sites, "说明", "R3")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.loc[frame.iloc[:, 0] == code, column] = "改过的名字"
        path.unlink()
        writer = frame.to_csv if file_format == "csv" else frame.to_excel
        writer(path.with_suffix(f".{file_format}"), index=False)
    with engine(town_clone, DbRole.WEB).connect() as conn:
        before = geometry_of(conn, tmp_path / "before.gpkg")
    report = load(town_clone, [path.with_suffix(f".{file_format}") for path in (grids, sites)])
    assert {noun: (tally.new, tally.changed) for noun, tally in report.tallies.items()} == {
        "grids": (0, 1),
        "risk_sites": (0, 1),
    }
    with engine(town_clone, DbRole.WEB).connect() as conn:
        after = geometry_of(conn, tmp_path / "after.gpkg")
    assert after.loc[town.COURT, "网格名称"] == "改过的名字"
    assert shapely.equals_exact(after.geometry, before.geometry.loc[after.index], tolerance=0).all()


def geometry_of(conn, path):
    """All grids by code."""
    export(conn, "grids", "gpkg", path)
    return pyogrio.read_dataframe(path).set_index("网格编码")


@pytest.mark.parametrize("what", ["grids", "risk-sites"])
def test_a_table_without_shapes_cannot_bring_something_new(town_database, tmp_path, what):
    (path,) = (file for file in exported(town_database, "csv", tmp_path) if file.stem == what)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.iloc[2, 0] += "9"
    frame.to_csv(path, index=False, encoding="utf-8-sig")
    with pytest.raises(NotClean) as refused:
        load(town_database, [path])
    (finding,) = refused.value.findings
    assert (finding.rule, finding.where) == ("geometry_broken", f"{path.name} row 3")
    assert "can only speak of what stands" in finding.message


def test_tables_that_programs_keep_beside_layers_are_no_layers(web, tmp_path):
    path = tmp_path / "g.gpkg"
    export(web, "grids", "gpkg", path)
    styles = pd.DataFrame({"styleQML": ["<qgis/>"], "useAsDefault": [1]})
    pyogrio.write_dataframe(styles, path, layer="layer_styles", driver="GPKG", append=False)
    assert [layer.name for layer in read([path])] == ["grids"]


def test_geoparquet_is_read_in_the_confined_process_bit_for_bit(web, tmp_path):
    path = tmp_path / "g.parquet"
    export(web, "grids", "parquet", path)
    (here,), (there,) = read([path]), sandbox.layers_of(path, Options())
    assert here.crs == there.crs == "EPSG:4546"
    assert here.columns == there.columns
    assert (shapely.to_wkb(here.geometry) == shapely.to_wkb(there.geometry)).all()


def test_geoparquet_without_a_word_about_its_crs_is_in_degrees(tmp_path):
    path = tmp_path / "p.parquet"
    frame = geopandas.GeoDataFrame({"编码": ["1"]}, geometry=[shapely.Point(113, 37)], crs="OGC:CRS84")
    frame.to_parquet(path)
    notes = json.loads(parquet.read_metadata(path).metadata[b"geo"])
    del notes["columns"]["geometry"]["crs"]
    table = parquet.read_table(path)
    parquet.write_table(table.replace_schema_metadata({b"geo": json.dumps(notes)}), path)
    (layer,) = read([path])
    assert layer.crs == "OGC:CRS84"


def test_columns_of_lists_are_left_out_and_told(tmp_path):
    path = tmp_path / "p.parquet"
    parquet.write_table(pyarrow.table({"code": ["1"], "bbox": [[1.0, 2.0]], "n": [3.0], "on": [True]}), path)
    (layer,) = read([path])
    assert layer.columns == {"code": ["1"], "n": ["3"], "on": ["True"]}
    assert [finding.rule for finding in layer.findings] == ["columns_left"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: b"PAR0" + content[4:], "not a Parquet file"),
        (lambda content: content[: len(content) // 2], "not a Parquet file"),
        (lambda content: content[:-40] + b"\xff" * 36 + b"PAR1", "not a Parquet file"),
        (lambda content: b"PAR1PAR1", "not a Parquet file"),
        (lambda content: content.replace(b'"WKB"', b'"ARW"'), "encoded as ARW"),
    ],
)
def test_a_damaged_parquet_file_is_refused_with_one_sentence(web, tmp_path, spoil, said):
    path = tmp_path / "g.parquet"
    export(web, "grids", "parquet", path)
    path.write_bytes(spoil(path.read_bytes()))
    for reader in (None, sandbox.layers_of):
        with pytest.raises(Unreadable, match=said):
            read([path], reader=reader)
