"""Tests of the tile: what is in it, and that it belongs to one snapshot."""

import gzip
from collections import Counter

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import NotFound
from geo_grid.publish import data_version, prepare_tiles, tile
from geo_grid.publish.layers import BANDS, LAYERS
from tests.publish import town
from tests.publish.conftest import tile_of

MIDDLE = town.degrees(2, 2)


@pytest.fixture(params=["town_database", "prepared_database"])
def drawn_town(request):
    """The town as the web has it, drawn from its full geometry and from prepared shapes."""
    with engine(request.getfixturevalue(request.param), DbRole.WEB).connect() as conn:
        yield conn


def around(conn, opened, z):
    """The layers of the tiles of zoom `z` that hold the town, each feature once for each tile."""
    found = {}
    west, south, east, north = (*town.degrees(0, 0), *town.degrees(4, 4))
    _, x0, y1 = tile_of(west, south, z)
    _, x1, y0 = tile_of(east, north, z)
    for x in range(x0, x1 + 1):
        for y in range(y0, y1 + 1):
            for name, frame in opened(tile(conn, z, x, y)).items():
                found.setdefault(name, []).extend(frame.to_dict("records"))
    return found


@pytest.mark.parametrize("z", [10, 13, 16])
def test_every_leaf_and_remainder_is_a_cell_with_its_counts(drawn_town, opened, z):
    cells = {(cell["code"], cell.get("rem") == 1): cell for cell in around(drawn_town, opened, z)["cells"]}
    leaves = {grid.code for grid in town.GRIDS if grid.tier in {"MICRO", "SPECIAL"}}
    assert set(cells) == {(code, False) for code in leaves} | {(town.UPPER, True)}
    court, school = cells[town.COURT, False], cells[town.SCHOOL, False]
    assert (court["hh"], court["hc"], court["posts"], court["filled"]) == (2, 1, 1, 1)
    assert (school["hh"], school["hc"], school["posts"], school["filled"]) == (1, 1, 0, 0)
    assert cells[town.UPPER, True]["hh"] == 0


def test_each_tier_has_its_layer(drawn_town, opened):
    layers = around(drawn_town, opened, 14)
    for tier in ("total", "sub", "group", "micro", "special"):
        wanted = {grid.code for grid in town.GRIDS if grid.tier == tier.upper()}
        assert {feature["code"] for feature in layers[tier]} == wanted


def test_layers_come_at_their_zoom_and_carry_what_is_declared(drawn_town, opened):
    for z in range(6, 19, 2):
        found = around(drawn_town, opened, z)
        for layer in LAYERS:
            if z < layer.min_zoom:
                assert layer.name not in found
            for feature in found.get(layer.name, []):
                assert set(feature) - {"geometry", "mvt_id"} <= set(layer.properties)
    assert {layer.name for layer in LAYERS} - {"branch"} <= set(found)


def test_households_tell_only_whether_they_have_a_contact(drawn_town, opened):
    homes = {home["id"]: home["has_contact"] for home in around(drawn_town, opened, 16)["households"]}
    assert Counter(homes.values()) == {True: 3, False: 2}


def test_a_label_and_a_worker_stand_in_one_tile_only(drawn_town, opened):
    for z in (12, 14, 17):
        layers = around(drawn_town, opened, z)
        workers = Counter(worker["code"] for worker in layers["workers"])
        assert workers == {town.TOWNSHIP: 1, town.UPPER: 1, town.LOWER: 1, town.COURT: 1}
        assert max(Counter(label["code"] for label in layers["labels"]).values()) == 1


def test_a_vacant_post_shows_as_vacant(drawn_town, opened):
    workers = {worker["code"]: worker for worker in around(drawn_town, opened, 14)["workers"]}
    assert (workers[town.UPPER]["posts"], workers[town.UPPER]["filled"]) == (1, 0)
    assert (workers[town.COURT]["role"], workers[town.COURT]["filled"]) == ("CONTACT", 1)


def test_neighbours_share_their_edges_in_a_tile(drawn_town, opened):
    cells = opened(tile(drawn_town, *tile_of(*MIDDLE, 16)))["cells"]
    shapes = shapely.set_precision(cells.geometry.to_numpy(), 1)
    assert len(shapes) > 1
    covered = shapely.union_all(shapes)
    assert covered.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-6)
    assert shapely.get_num_interior_rings(shapely.get_parts(covered)).sum() == 0


def test_no_phone_is_in_any_tile(drawn_town):
    for z in range(8, 19):
        body = gzip.decompress(tile(drawn_town, *tile_of(*town.degrees(0.5, 2.5), z)).body)
        assert body
        assert town.CANARY_MIDDLE.encode() not in body


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_a_tile_that_no_scheme_has_is_not_found(web, z, x, y):
    with pytest.raises(NotFound, match=r"there is no tile"):
        tile(web, z, x, y)


@pytest.mark.parametrize(("z", "x", "y"), [(22, 0, 0), (9, 511, 511), (5, 0, 31), (12, 0, 2000)])
def test_far_from_the_county_a_tile_is_empty(web, z, x, y):
    answer = tile(web, z, x, y)
    assert answer.empty
    assert answer.version == data_version(web)


def test_the_tile_of_the_whole_world_can_be_drawn(web):
    assert tile(web, 0, 0, 0).version == data_version(web)


def test_the_same_tile_has_the_same_bytes(web):
    place = tile_of(*MIDDLE, 15)
    assert tile(web, *place) == tile(web, *place)
    assert tile(web, *place).etag == f'"{data_version(web)}-{"-".join(map(str, place))}"'


def test_a_change_between_two_reads_never_mixes_versions(town_clone, opened):
    place = tile_of(*town.degrees(0.5, 3.5), 15)
    with engine(town_clone, DbRole.WEB).connect() as reader:
        before = data_version(reader)
        with transaction(engine(town_clone, DbRole.LOADER)) as writer:
            writer.execute(text("UPDATE households SET contact_id = NULL WHERE code = 'H1'"))
            during = tile(reader, *place)
        after = tile(reader, *place)
    cells = {answer: opened(answer)["cells"].set_index("code").loc[town.COURT, "hc"] for answer in (during, after)}
    assert (during.version, cells[during]) == (before, 1)
    assert after.version > before
    assert cells[after] == 0


def test_an_expired_assignment_changes_the_version_with_the_day(web):
    day = web.execute(text("SELECT current_date - DATE '2000-01-01'")).scalar_one()
    assert data_version(web) % 100_000 == day


def test_prepared_shapes_follow_one_another_upward(town_clone):
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        before = data_version(conn)
        report = prepare_tiles(conn)
    assert report.grids == len(town.GRIDS)
    with engine(town_clone, DbRole.WEB).connect() as conn:
        assert data_version(conn) > before
        rows = conn.execute(
            text(
                "SELECT s.band, g.tier, g.code, encode(ST_AsBinary(s.geom), 'hex') AS shape FROM tile_shapes s"
                " JOIN grid_versions v ON v.id = s.version_id JOIN grids g ON g.id = v.grid_id ORDER BY 1, 3"
            )
        ).all()
    for band in range(1, len(BANDS) + 1):
        whole = {row.code: shapely.from_wkb(row.shape) for row in rows if row.band == band}
        own = [shapely.from_wkb(row.shape) for row in rows if row.band == -band]
        leaves = [whole[grid.code] for grid in town.GRIDS if grid.tier in {"MICRO", "SPECIAL"}]
        assert len(own) == 1
        assert shapely.coverage_is_valid(np.array([*leaves, *own]))
        assert shapely.union_all([*leaves, *own]).equals(whole[town.TOWNSHIP])


def test_preparing_again_changes_no_shape(town_clone):
    with transaction(engine(town_clone, DbRole.LOADER)) as conn:
        first = prepare_tiles(conn)
        second = prepare_tiles(conn)
    assert (first.shapes, first.vertices) == (second.shapes, second.vertices)


def test_an_empty_database_has_an_empty_map(database):
    with transaction(engine(database, DbRole.LOADER)) as conn:
        assert prepare_tiles(conn).shapes == 0
    with engine(database, DbRole.WEB).connect() as conn:
        assert tile(conn, 10, 827, 401).empty
