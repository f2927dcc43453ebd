"""Tests that what is proved by its difference is what would be proved whole."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
import shapely
from sqlalchemy import Connection

from geo_grid.db import DbRole, RuleBroken, engine
from tests.db import net
from tests.db.conftest import Planted
from tests.db.net import Ground, ewkb, leaf, redraw

Edge = tuple[tuple[float, float], tuple[float, float]]


def edges(shape: shapely.MultiPolygon) -> Counter[Edge]:
    """The directed edges of a shape, outer rings counter-clockwise and holes clockwise; a reverse one counts -1."""
    found: Counter[Edge] = Counter()
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(shapely.orient_polygons(part)):
            at = [tuple(place) for place in shapely.get_coordinates(ring).tolist()]
            for one, two in pairwise(at):
                found[min(one, two), max(one, two)] += 1 if one < two else -1
    return found


def difference(conn: Connection, earlier: shapely.MultiPolygon, later: shapely.MultiPolygon) -> Counter[Edge]:
    """The edges that the database takes for the later shape's minus the earlier one's."""
    found: Counter[Edge] = Counter()
    rows = conn.exec_driver_sql(
        "SELECT encode(stretch, 'hex'), sign FROM geo_grid.stretches(%s, %s)", (ewkb(earlier), ewkb(later))
    )
    for stretch, sign in rows:
        count = len(stretch) // 32
        line = shapely.from_wkb(bytes.fromhex("0102000000") + count.to_bytes(4, "little") + bytes.fromhex(stretch))
        at = [tuple(place) for place in shapely.get_coordinates(line).tolist()]
        for one, two in pairwise(at):
            found[min(one, two), max(one, two)] += sign if one < two else -sign
    return found


def shape(rng: random.Random) -> shapely.MultiPolygon:
    """Squares of a small board put together: parts, holes, and corners that touch."""
    cells = [(x, y) for x in range(5) for y in range(5) if rng.random() < 0.6] or [(0, 0)]
    return net.multi(shapely.union_all([shapely.box(x, y, x + 1, y + 1) for x, y in cells]))


@pytest.mark.parametrize("seed", range(4))
def test_the_stretches_of_two_shapes_are_the_later_ones_edges_minus_the_earlier_ones(
    planted: Planted, seed: int
) -> None:
    rng = random.Random(seed)
    with engine(planted.settings, DbRole.ADMIN).connect() as conn:
        for _ in range(25):
            earlier, later = shape(rng), shape(rng)
            if rng.random() < 0.3:
                later = net.multi(shapely.reverse(later))
            wanted = edges(later)
            wanted.subtract(edges(earlier))
            assert {k: n for k, n in difference(conn, earlier, later).items() if n} == {
                k: n for k, n in wanted.items() if n
            }


def open_families(conn: Connection) -> set[str]:
    """The heads of the families that this transaction touched and that have to be proved whole."""
    rows = conn.exec_driver_sql(
        "SELECT coalesce(g.code, '') FROM unnest(geo_grid.open_families(ARRAY("
        "SELECT id FROM unsettled WHERE txid = txid_current() AND kind = 'family'))) AS f LEFT JOIN grids g ON g.id = f"
    )
    return set(rows.scalars())


@pytest.fixture
def admin(planted: Planted) -> Iterator[Connection]:
    """A connection to the small county that may look at what is noted, rolled back."""
    with engine(planted.settings, DbRole.ADMIN).connect() as conn:
        transaction = conn.begin()
        yield conn
        if transaction.is_active:
            transaction.rollback()


def test_a_legal_change_is_proved_by_its_difference_alone(admin: Connection, planted: Planted) -> None:
    county, vertex = planted.county, net.place(2, 5)
    redraw(
        admin,
        {c: leaf(net.move_vertex(g.geom, vertex, 1, 3)) for c, g in county.items() if vertex in net.vertices(g.geom)},
    )
    assert open_families(admin) == set()


def test_a_grid_under_another_parent_is_a_difference_of_both(admin: Connection, planted: Planted) -> None:
    county = planted.county
    net.end_versions(admin, "G4")
    net.insert_version(admin, "G4", county["G4"], parent="S1")
    assert open_families(admin) == {"S1", "S2"}
    together = {
        "S1": Ground(None, net.together(county["S1"].geom, county["G4"].geom)),
        "S2": Ground(county["S2"].own, net.together(county["G3"].geom, county["S2"].own)),
    }
    redraw(admin, together)
    assert open_families(admin) == set()


def test_what_does_not_cancel_is_proved_whole(admin: Connection, planted: Planted) -> None:
    redraw(admin, {"MA": leaf(net.add_vertex(planted.county["MA"].geom))})
    assert open_families(admin) == {"G1"}


def test_a_version_written_over_after_its_proof_is_proved_whole(admin: Connection, planted: Planted) -> None:
    ground = {"geom": ewkb(planted.county["MA"].geom), "wrong": ewkb(net.add_vertex(planted.county["MA"].geom))}
    over = (
        "UPDATE grid_versions v SET own = %({0})s, geom = %({0})s FROM grids g"
        " WHERE g.id = v.grid_id AND g.code = 'MA' AND upper_inf(valid)"
    )
    redraw(admin, {"MA": planted.county["MA"]})
    admin.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    admin.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    admin.exec_driver_sql(over.format("wrong"), ground)
    assert open_families(admin) == {"G1"}
    with pytest.raises(RuleBroken, match="inside grid G1"), admin.begin_nested():
        admin.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_who_pretends_to_be_an_earlier_change_set_is_proved_whole_too(admin: Connection, planted: Planted) -> None:
    """The setting that names the change set is anybody's to write."""
    made = admin.exec_driver_sql(
        "SELECT v.changeset_id FROM grid_versions v JOIN grids g ON g.id = v.grid_id"
        " WHERE g.code = 'MA' AND upper_inf(valid)"
    ).scalar_one()
    admin.exec_driver_sql("SELECT set_config('geo_grid.changeset', %s, true)", (str(made),))
    admin.exec_driver_sql(
        "UPDATE grid_versions v SET own = %(geom)s, geom = %(geom)s FROM grids g"
        " WHERE g.id = v.grid_id AND g.code = 'MA' AND upper_inf(valid)",
        {"geom": ewkb(net.add_vertex(planted.county["MA"].geom))},
    )
    assert open_families(admin) == {"G1"}


def test_a_net_broken_behind_the_triggers_can_be_mended(admin: Connection, planted: Planted) -> None:
    admin.exec_driver_sql("SET LOCAL session_replication_role = replica")
    admin.exec_driver_sql(
        "UPDATE grid_versions v SET own = %(geom)s, geom = %(geom)s FROM grids g"
        " WHERE g.id = v.grid_id AND g.code = 'MA' AND upper_inf(valid)",
        {"geom": ewkb(net.add_vertex(planted.county["MA"].geom))},
    )
    admin.exec_driver_sql("SET LOCAL session_replication_role = origin")
    redraw(admin, {"MA": planted.county["MA"]})
    assert open_families(admin) == {"G1"}
    admin.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
