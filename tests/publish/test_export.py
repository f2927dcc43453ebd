"""Tests of exports: they read back, keep every coordinate, and leave nothing half-written."""

import csv
import json
import zipfile

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import BadInput, Refused
from geo_grid.intake import load
from geo_grid.publish import export
from geo_grid.publish.nouns import NOUNS
from geo_grid.vocabulary import Tier
from tests.publish import town


def stored(web, table, column="geom", code="code"):
    rows = web.execute(text(f"SELECT {code} AS code, encode(ST_AsBinary({column}), 'hex') AS shape FROM {table}"))
    return {row.code: shapely.from_wkb(row.shape) for row in rows}


def stored_grids(web):
    return stored(web, "grid_versions v JOIN grids g ON g.id = v.grid_id", "v.geom", "g.code")


def same(one, other):
    """Whether two shapes are made of the same bits, wherever their rings begin."""
    return shapely.normalize(one).equals(shapely.normalize(other)) and set(
        map(tuple, shapely.get_coordinates(one))
    ) == set(map(tuple, shapely.get_coordinates(other)))


@pytest.mark.parametrize(("file_format", "name"), [("gpkg", "g.gpkg"), ("shp", "g.zip"), ("parquet", "g.parquet")])
def test_coordinates_survive_bit_for_bit(web, tmp_path, file_format, name):
    done = export(web, "grids", file_format, tmp_path / name)
    read = geopandas.read_parquet if file_format == "parquet" else pyogrio.read_dataframe
    frame = read(tmp_path / name)
    assert frame.crs.to_epsg() == 4546
    assert list(frame.columns) == ["网格编码", "网格名称", "网格层级", "上级编码", "geometry"]
    assert done.rows == len(frame) == len(town.GRIDS)
    wanted = stored_grids(web)
    for code, shape in zip(frame["网格编码"], frame.geometry, strict=True):
        assert same(shape, wanted[code])
    assert set(frame["网格层级"]) == {"总网格", "分网格", "组网格", "微网格", "专属网格"}


def test_geojson_in_degrees_comes_back_to_the_lattice(web, tmp_path):
    export(web, "grids", "geojson", tmp_path / "g.geojson")
    content = json.loads((tmp_path / "g.geojson").read_text(encoding="utf-8"))
    assert "crs" not in content
    frame = geopandas.read_file(tmp_path / "g.geojson").to_crs(4546)
    wanted = stored_grids(web)
    for code, shape in zip(frame["网格编码"], frame.geometry, strict=True):
        snapped = shapely.transform(shape, lambda xy: np.rint(xy * 1024) / 1024)
        assert same(snapped, wanted[code])
        assert all(ring.is_ccw for part in shape.geoms for ring in [part.exterior])


def test_a_shapefile_says_that_it_is_gbk_and_has_every_part(web, tmp_path):
    export(web, "households", "shp", tmp_path / "homes.shp")
    assert (tmp_path / "homes.cpg").read_text().strip().upper() in {"GBK", "CP936", "936"}
    assert {path.suffix for path in tmp_path.iterdir()} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    frame = pyogrio.read_dataframe(tmp_path / "homes.shp")
    assert list(frame.columns) == ["户编码", "地址", "人口数", "联系人", "geometry"]
    assert frame.set_index("户编码").loc["H3", "地址"] == "上村小学家属院"


def test_a_name_that_gbk_lacks_makes_a_shapefile_in_utf_8_that_reads_back(town_clone, tmp_path):
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        conn.execute(text("UPDATE households SET address = '𬭎街1号' WHERE code = 'H1'"))
    with engine(town_clone, DbRole.WEB).connect() as conn:
        export(conn, "households", "shp", tmp_path / "h.zip")
    frame = pyogrio.read_dataframe(tmp_path / "h.zip").set_index("household")
    assert frame.loc["H1", "address"] == "𬭎街1号"


def test_a_text_too_long_for_a_dbf_is_refused(town_clone, tmp_path):
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        conn.execute(text("UPDATE households SET address = repeat('街', 128) WHERE code = 'H1'"))
    with engine(town_clone, DbRole.WEB).connect() as conn, pytest.raises(Refused, match="256 bytes"):
        export(conn, "households", "shp", tmp_path / "h.zip")
    assert list(tmp_path.iterdir()) == []


def test_risk_sites_become_a_shapefile_for_each_kind_of_shape(web, tmp_path):
    done = export(web, "risk-sites", "shp", tmp_path / "sites.zip")
    assert done.layers == ("risk_sites_points", "risk_sites_lines", "risk_sites_areas")
    with zipfile.ZipFile(tmp_path / "sites.zip") as packed:
        assert packed.testzip() is None
        assert len(packed.namelist()) == 15
    wanted = stored(web, "risk_sites")
    for layer in done.layers:
        for site in pyogrio.read_dataframe(tmp_path / "sites.zip", layer=layer).itertuples():
            assert same(site.geometry, wanted[site.编码])


def test_people_come_with_their_posts_and_vacant_posts_alone(web, tmp_path):
    export(web, "workers", "csv", tmp_path / "w.csv")
    frame = pd.read_csv(tmp_path / "w.csv", dtype=str, keep_default_na=False)
    assert list(frame.columns) == ["工号", "姓名", "网格编码", "岗位", "起始日期", "截止日期"]
    assert frame.to_numpy().tolist() == [
        ["W1", "赵一", town.TOWNSHIP, "网格长", "2024-01-01", ""],
        ["W2", "钱二", town.COURT, "联户长", "2025-01-01", ""],
        ["W2", "钱二", town.LOWER, "专职网格员", "2024-06-01", ""],
        ["W3", "'+孙三", "", "", "", ""],
        ["", "", town.UPPER, "网格长", "", ""],
    ]


@pytest.mark.parametrize("what", ["households", "workers"])
@pytest.mark.parametrize("file_format", ["csv", "gpkg", "parquet", "xlsx"])
def test_phones_are_left_out_unless_asked_for(web, tmp_path, what, file_format):
    export(web, what, file_format, tmp_path / f"without.{file_format}")
    export(web, what, file_format, tmp_path / f"with.{file_format}", with_phones=True)
    assert town.CANARY.encode() not in plain(tmp_path / f"without.{file_format}")
    assert town.CANARY.encode() in plain(tmp_path / f"with.{file_format}")


def plain(path):
    """The bytes of a file, those packed in it unpacked."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    if path.read_bytes()[:4] == b"PAR1":
        return str(pd.read_parquet(path).to_dict()).encode()
    return path.read_bytes()


def test_a_text_that_looks_like_a_formula_stays_a_text(web, tmp_path):
    export(web, "households", "csv", tmp_path / "h.csv")
    with (tmp_path / "h.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["户编码"]: row["地址"] for row in csv.DictReader(file)}["H4"] == "'=HYPERLINK(1)"
    export(web, "households", "xlsx", tmp_path / "h.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "h.xlsx").active
    (cell,) = [row[1] for row in sheet.iter_rows(min_row=2) if row[0].value == "H4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


@pytest.mark.parametrize("what", ["households", "workers"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_texts_that_look_like_formulas_come_back_in_as_they_were(town_database, web, tmp_path, what, file_format):
    path = tmp_path / f"t.{file_format}"
    export(web, what, file_format, path)
    report = load(town_database, [path], dry_run=True)
    assert report.changed == 0


def test_tables_carry_places_that_come_back_to_the_lattice(web, tmp_path):
    export(web, "households", "csv", tmp_path / "h.csv")
    frame = pd.read_csv(tmp_path / "h.csv", dtype={"户编码": str})
    points = geopandas.GeoSeries.from_xy(frame["经度"], frame["纬度"], crs=4326).to_crs(4546)
    wanted = stored(web, "households", "point")
    for code, point in zip(frame["户编码"], points, strict=True):
        assert (round(point.x * 1024) / 1024, round(point.y * 1024) / 1024) == (wanted[code].x, wanted[code].y)


def test_one_tier_can_be_asked_for_and_english_headers(web, tmp_path):
    done = export(web, "grids", "gpkg", tmp_path / "g.gpkg", tier=Tier.SUB, lang="en")
    frame = pyogrio.read_dataframe(tmp_path / "g.gpkg")
    assert done.rows == 2
    assert list(frame.columns) == ["grid_code", "grid_name", "tier", "parent", "geometry"]
    assert set(frame["tier"]) == {"SUB"}


def test_every_header_fits_a_dbf():
    for noun in NOUNS:
        for column in noun.columns:
            assert len(column.zh.encode("gbk")) <= 10
            assert len(column.en.encode("ascii")) <= 10


@pytest.mark.parametrize("what", [noun.name for noun in NOUNS])
@pytest.mark.parametrize("file_format", ["gpkg", "parquet", "csv", "xlsx", "geojson", "shp"])
def test_a_county_without_rows_makes_a_file_that_reads_back(conn, tmp_path, what, file_format):
    if what == "workers" and file_format in {"geojson", "shp"}:
        pytest.skip("workers have no shapes")
    done = export(conn, what, file_format, tmp_path / f"e.{'zip' if file_format == 'shp' else file_format}")
    assert done.rows == 0
    assert done.paths[0].stat().st_size > 0


def test_an_existing_file_is_kept_unless_forced(web, tmp_path):
    path = tmp_path / "g.csv"
    path.write_text("mine")
    with pytest.raises(Refused, match="--force"):
        export(web, "grids", "csv", path)
    assert path.read_text() == "mine"
    export(web, "grids", "csv", path, force=True)
    assert path.read_text(encoding="utf-8-sig").startswith("网格编码")


def test_a_failure_leaves_nothing_behind(web, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pyogrio, "write_dataframe", fail)
    with pytest.raises(OSError, match="No space"):
        export(web, "grids", "gpkg", tmp_path / "g.gpkg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("what", "file_format", "out", "said"),
    [
        ("people", "csv", "p.csv", "grids, households, risk-sites, workers, facilities"),
        ("grids", "dwg", "g.dwg", "gpkg, shp, geojson, parquet, csv, xlsx"),
        ("workers", "shp", "w.shp", "no shapes"),
        ("grids", "shp", "g.dat", "end in .zip or .shp"),
        ("grids", "csv", "missing/g.csv", "there is no folder"),
        ("grids", "csv", "", "is a folder"),
    ],
)
def test_a_choice_that_does_not_exist_names_those_that_do(web, tmp_path, what, file_format, out, said):
    with pytest.raises(BadInput, match=said):
        export(web, what, file_format, tmp_path / out)


def test_a_tier_of_risk_sites_is_bad_input(web, tmp_path):
    with pytest.raises(BadInput, match="no tier"):
        export(web, "risk-sites", "csv", tmp_path / "r.csv", tier=Tier.SUB)
