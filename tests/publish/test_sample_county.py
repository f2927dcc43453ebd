"""Tests on the whole sample county: sizes of tiles, counts in them, and exports that come back in unchanged."""

import gzip
import zipfile

import pandas as pd
import pytest
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.intake import load
from geo_grid.phones import Holder, vault_of
from geo_grid.publish import export, prepare_tiles, tier_tree, tile
from tests.publish.conftest import tile_of

#: What the opening map may weigh, in bytes: all tiles of the zoom at which the county fills a screen.
MOST_BYTES = {8: 60_000, 10: 130_000, 11: 260_000}


@pytest.fixture(scope="module")
def prepared_sample(cluster):
    from tests import databases

    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            prepare_tiles(conn)
        yield settings


def tiles_of(conn, z):
    """All tiles of zoom `z` that hold the county."""
    west, south, east, north = tier_tree(conn).bounds
    _, x0, y1 = tile_of(west, south, z)
    _, x1, y0 = tile_of(east, north, z)
    return [tile(conn, z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]


@pytest.mark.parametrize("z", sorted(MOST_BYTES))
def test_the_whole_county_is_light(prepared_sample, z):
    with engine(prepared_sample, DbRole.WEB).connect() as conn:
        assert sum(len(answer.body) for answer in tiles_of(conn, z)) <= MOST_BYTES[z]


@pytest.mark.parametrize("z", [9, 11])
def test_the_cells_hold_every_household_of_the_county(prepared_sample, opened, z):
    with engine(prepared_sample, DbRole.WEB).connect() as conn:
        frames = [opened(answer)["cells"] for answer in tiles_of(conn, z) if not answer.empty]
        cells = pd.concat(frames).drop_duplicates(["id"]).set_index("id")
        rows = conn.execute(
            text("SELECT grid_id AS id, count(*) AS hh, count(contact_id) AS hc FROM households GROUP BY 1 ORDER BY 1")
        ).all()
        leaves = tier_tree(conn)
    wanted = {one.tier: one.grids for one in leaves.tiers}
    leaf_cells = cells[cells["rem"].isna()]
    # A compound of some metres is less than a tile unit at zoom 9 and cannot be drawn there.
    assert len(leaf_cells) >= (wanted["MICRO"] + wanted["SPECIAL"]) * (0.99 if z < 11 else 1)
    counted = {row.id: (row.hh, row.hc) for row in rows}
    shown = {number: (cell.hh, cell.hc) for number, cell in cells[cells["hh"] > 0].iterrows()}
    assert shown.items() <= counted.items()
    assert z < 11 or shown == counted


def test_no_phone_of_anybody_is_in_any_tile(prepared_sample):
    with engine(prepared_sample, DbRole.WEB).connect() as conn:
        stored = conn.execute(text("SELECT code, phone FROM households WHERE phone <> ''")).all()
        phones = {vault_of(conn).open(Holder.HOUSEHOLD, code, phone) for code, phone in stored}
        bodies = b"".join(gzip.decompress(answer.body) for z in (11,) for answer in tiles_of(conn, z))
    assert phones
    assert not [phone for phone in phones if phone.encode() in bodies]


@pytest.mark.parametrize(
    ("what", "file_format", "name"),
    [
        ("grids", "gpkg", "grids.gpkg"),
        ("grids", "shp", "grids.zip"),
        ("grids", "geojson", "grids.geojson"),
        ("households", "shp", "households.zip"),
        ("households", "csv", "households.csv"),
        ("risk-sites", "shp", "risk.zip"),
        ("risk-sites", "geojson", "risk.geojson"),
        ("facilities", "xlsx", "facilities.xlsx"),
        ("workers", "xlsx", "workers.xlsx"),
        ("workers", "csv", "workers.csv"),
    ],
)
def test_an_export_comes_back_in_and_changes_nothing(prepared_sample, tmp_path, what, file_format, name):
    with engine(prepared_sample, DbRole.WEB).connect() as conn:
        rows = export(conn, what, file_format, tmp_path / name).rows
    report = load(prepared_sample, [tmp_path / name], dry_run=True)
    assert rows
    assert report.changed == 0
    assert sum(tally.unchanged for tally in report.tallies.values()) > 0


def test_a_shapefile_of_the_county_is_one_sound_archive(prepared_sample, tmp_path):
    with engine(prepared_sample, DbRole.WEB).connect() as conn:
        export(conn, "grids", "shp", tmp_path / "g.zip")
    with zipfile.ZipFile(tmp_path / "g.zip") as packed:
        assert packed.testzip() is None
        assert sorted(name.rsplit(".")[-1] for name in packed.namelist()) == ["cpg", "dbf", "prj", "shp", "shx"]
