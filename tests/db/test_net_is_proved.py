"""Tests that no SQL statement can leave the net with a gap, an overlap or a broken tree."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from geo_grid.db import DbRole, RuleBroken, engine, transaction
from geo_grid.errors import GeoGridError
from tests.db import net
from tests.db.conftest import Planted
from tests.db.net import Ground, end_versions, ewkb, insert_version, leaf, move_vertex, outline, redraw, vertices

County = dict[str, Ground]
Corruption = Callable[[Connection, County, str], None]

LEAVES = ("MA", "MC", "ME", "MF", "MK", "Xs", "Xt")
SIBLINGS = {"MA": "MB", "MC": "MA", "ME": "MD", "MF": "MF", "MK": "ML", "Xs": "Xs", "Xt": "Xt"}


def _inner_vertex(county: County, code: str) -> tuple[float, float]:
    """A vertex of a leaf that others have too, and that moving would disturb."""
    others = set().union(
        *(vertices(ground.geom) for other, ground in county.items() if other[0] in "MX" and other != code)
    )
    return min(vertices(county[code].geom) & others)


def _one_sided(step: float) -> Corruption:
    def move(conn: Connection, county: County, code: str) -> None:
        shape = move_vertex(county[code].geom, _inner_vertex(county, code), step, step)
        redraw(conn, {code: leaf(shape)})

    return move


def _vertex_on_one_side(conn: Connection, county: County, code: str) -> None:
    redraw(conn, {code: leaf(net.add_vertex(county[code].geom))})


def _shift(conn: Connection, county: County, code: str) -> None:
    redraw(conn, {code: leaf(shapely.transform(county[code].geom, lambda xy: xy + 1.0))})


def _end_only(conn: Connection, county: County, code: str) -> None:
    end_versions(conn, code)


def _retire_only(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql("UPDATE grids SET retired_at = geo_grid.moment() WHERE code = %s", (code,))


def _retire_leaving_a_gap(conn: Connection, county: County, code: str) -> None:
    end_versions(conn, code)
    _retire_only(conn, county, code)


def _delete_version(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql("DELETE FROM grid_versions v USING grids g WHERE g.id = v.grid_id AND g.code = %s", (code,))


def _delete_grid(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql("DELETE FROM grids WHERE code = %s", (code,))


def _duplicate(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql("INSERT INTO grids (code, tier) VALUES ('ZZ', %s)", (net.TREE[code][0],))
    insert_version(conn, "ZZ", county[code], parent=net.TREE[code][1], like=code)


def _second_current_version(conn: Connection, county: County, code: str) -> None:
    insert_version(conn, code, county[code])


def _grid_without_version(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql("INSERT INTO grids (code, tier) VALUES ('ZZ', %s)", (net.TREE[code][0],))


def _bow_tie(conn: Connection, county: County, code: str) -> None:
    ring = shapely.get_coordinates(county[code].geom.geoms[0].exterior)[:-1]
    swapped = np.vstack([ring[1:2], ring[:1], ring[2:], ring[1:2]])
    redraw(conn, {code: leaf(shapely.Polygon(swapped, county[code].geom.geoms[0].interiors))})


def _hole(conn: Connection, county: County, code: str) -> None:
    x, y = min(vertices(county[code].geom))
    spot = shapely.box(x + 8, y + 8, x + 16, y + 16) if code != "Xt" else shapely.box(x + 8, y + 8, x + 24, y + 16)
    redraw(conn, {code: leaf(shapely.difference(county[code].geom, spot))})


def _empty(conn: Connection, county: County, code: str) -> None:
    redraw(conn, {code: leaf(shapely.MultiPolygon())})


def _infinite(value: float) -> Corruption:
    def spoil(conn: Connection, county: County, code: str) -> None:
        shape = county[code].geom
        target = tuple(shapely.get_coordinates(shape)[1])
        shape = shapely.transform(shape, lambda xy: np.where((xy == target).all(axis=1)[:, None], [[value, value]], xy))
        redraw(conn, {code: leaf(shape)})

    return spoil


def _off_lattice(conn: Connection, county: County, code: str) -> None:
    """A millimetre, in every grid that has the vertex: the net stays closed, the lattice does not."""
    vertex = _inner_vertex(county, code)
    holders = {other: ground for other, ground in county.items() if vertex in vertices(ground.geom)}
    redraw(
        conn,
        {
            other: Ground(
                None if ground.own is None else move_vertex(ground.own, vertex, 0.001, 0),
                move_vertex(ground.geom, vertex, 0.001, 0),
            )
            for other, ground in holders.items()
        },
    )


def _other_crs(conn: Connection, county: County, code: str) -> None:
    end_versions(conn, code)
    conn.exec_driver_sql(
        "INSERT INTO grid_versions (grid_id, tier, name, own, geom) SELECT id, tier, code, %(g)s, %(g)s"
        " FROM grids WHERE code = %(code)s",
        {"g": ewkb(county[code].geom, 4547), "code": code},
    )


def _other_parent(conn: Connection, county: County, code: str) -> None:
    parent = {"GROUP": "G4", "SUB": "S2", "TOTAL": "T1"}[net.TREE[net.TREE[code][1] or ""][0]]
    end_versions(conn, code)
    insert_version(conn, code, county[code], parent=parent)


def _parent_of_a_narrower_tier(conn: Connection, county: County, code: str) -> None:
    end_versions(conn, code)
    insert_version(conn, code, county[code], parent="MH")


def _parent_grows_alone(conn: Connection, county: County, code: str) -> None:
    parent = net.TREE[code][1] or ""
    vertex = min(vertices(county[parent].geom))
    redraw(conn, {parent: Ground(county[parent].own, move_vertex(county[parent].geom, vertex, -1, -1))})


def _parent_claims_the_childs_ground(conn: Connection, county: County, code: str) -> None:
    parent = net.TREE[code][1] or ""
    own = county[parent].own
    more = county[code].geom if own is None else net.multi(shapely.union(own, county[code].geom))
    redraw(conn, {parent: Ground(more, county[parent].geom)})


def _end_the_parent(conn: Connection, county: County, code: str) -> None:
    parent = net.TREE[code][1] or ""
    end_versions(conn, parent)
    conn.exec_driver_sql("UPDATE grids SET retired_at = geo_grid.moment() WHERE code = %s", (parent,))


def _swap_with_a_cousin(conn: Connection, county: County, code: str) -> None:
    cousin = "MH" if code != "MF" else "MA"
    redraw(conn, {code: county[cousin], cousin: county[code]})


def _take_from_a_neighbour_unasked(conn: Connection, county: County, code: str) -> None:
    neighbour = next(
        other
        for other in net.TREE
        if other[0] in "MX" and other != code and shapely.intersection(county[other].geom, county[code].geom).length > 0
    )
    redraw(conn, {code: leaf(shapely.union(county[code].geom, county[neighbour].geom).normalize())})


def _outline_moves(conn: Connection, county: County, code: str) -> None:
    whole = shapely.union_all([ground.geom for name, ground in county.items() if name[0] == "T"])
    outline(conn, net.multi(move_vertex(whole, min(vertices(whole)), -1, -1)))


def _outline_vanishes(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql("UPDATE county SET geom = NULL")


def _own_without_geom(conn: Connection, county: County, code: str) -> None:
    redraw(conn, {code: Ground(None, county[code].geom)})


def _own_other_than_geom(conn: Connection, county: County, code: str) -> None:
    redraw(
        conn, {code: Ground(move_vertex(county[code].geom, min(vertices(county[code].geom)), 1, 0), county[code].geom)}
    )


def _rewrite_in_place(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql(
        "UPDATE grid_versions v SET name = 'other' FROM grids g WHERE g.id = v.grid_id AND g.code = %s", (code,)
    )


def _backdate(conn: Connection, county: County, code: str) -> None:
    conn.exec_driver_sql(
        "UPDATE grid_versions v SET valid = tstzrange('2001-01-01', NULL) FROM grids g"
        " WHERE g.id = v.grid_id AND g.code = %s",
        (code,),
    )


def _exchange_ring_kinds(conn: Connection, county: County, code: str) -> None:
    """The hole stored as the outer ring, the outer ring as a hole: the same edges, another area."""
    polygon = county["MF"].geom.geoms[0]
    redraw(conn, {"MF": leaf(shapely.Polygon(polygon.interiors[0], [polygon.exterior]))})


CORRUPTIONS: dict[str, Corruption] = {
    "a vertex moved by a lattice step on one side": _one_sided(1 / 1024),
    "a vertex moved by centimetres on one side": _one_sided(1 / 16),
    "a vertex moved by a metre on one side": _one_sided(1.0),
    "a vertex on one side only": _vertex_on_one_side,
    "the whole grid shifted": _shift,
    "a version ended with nothing after it": _end_only,
    "a grid retired in force": _retire_only,
    "a grid retired leaving a gap": _retire_leaving_a_gap,
    "a version deleted": _delete_version,
    "a grid deleted": _delete_grid,
    "the same ground twice": _duplicate,
    "two current versions": _second_current_version,
    "a grid without a version": _grid_without_version,
    "a bow tie": _bow_tie,
    "a hole": _hole,
    "no ground at all": _empty,
    "not a number": _infinite(float("nan")),
    "infinity": _infinite(float("inf")),
    "off the lattice everywhere": _off_lattice,
    "another CRS": _other_crs,
    "another parent, the same ground": _other_parent,
    "a parent of a narrower tier": _parent_of_a_narrower_tier,
    "a parent that grows alone": _parent_grows_alone,
    "a parent that claims its child's ground": _parent_claims_the_childs_ground,
    "a parent retired with children": _end_the_parent,
    "ground swapped with a cousin": _swap_with_a_cousin,
    "ground of a neighbour taken": _take_from_a_neighbour_unasked,
    "an outline that moves alone": _outline_moves,
    "an outline that vanishes": _outline_vanishes,
    "a leaf that owns nothing": _own_without_geom,
    "a leaf that owns something else": _own_other_than_geom,
    "the past rewritten": _rewrite_in_place,
    "the past backdated": _backdate,
    "ring kinds exchanged": _exchange_ring_kinds,
}

#: The kinds whose refusal must name a place: they are seen at the commit only.
AT_A_PLACE = {name for name in CORRUPTIONS if name.startswith("a vertex")} | {"the same ground twice", "a hole"}


@pytest.mark.parametrize("role", [DbRole.LOADER, DbRole.ADMIN], ids=lambda role: role.name.lower())
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_is_refused_everywhere(planted: Planted, name: str, role: DbRole) -> None:
    before = _picture(planted)
    for code in LEAVES:
        with pytest.raises(GeoGridError) as refused, transaction(engine(planted.settings, role)) as conn:
            CORRUPTIONS[name](conn, planted.county, code)
        if name in AT_A_PLACE:
            assert isinstance(refused.value, RuleBroken)
            assert {"x", "y"} <= set(refused.value.facts), refused.value
    assert _picture(planted) == before


def _picture(planted: Planted) -> list[tuple[object, ...]]:
    """All that must not have changed."""
    with engine(planted.settings, DbRole.WEB).connect() as conn:
        return [
            tuple(row)
            for row in conn.exec_driver_sql(
                "SELECT g.code, g.retired_at, v.id, v.valid::text, md5(v.geom::text), md5(c.geom::text),"
                " (SELECT max(version) FROM data_versions)"
                " FROM grids g JOIN grid_versions v ON v.grid_id = g.id CROSS JOIN county c ORDER BY v.id"
            )
        ]


def _prove(conn: Connection) -> None:
    conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_vertex_moved_on_both_sides_is_accepted(edit: Connection, planted: Planted) -> None:
    vertex = net.place(2, 5)
    changed = {c: g for c, g in planted.county.items() if vertex in vertices(g.geom)}
    assert set(changed) == {"MA", "MB"}
    redraw(edit, {c: leaf(move_vertex(g.geom, vertex, 1 / 1024, 3)) for c, g in changed.items()})
    _prove(edit)


def test_a_vertex_moved_in_all_tiers_is_accepted(edit: Connection, planted: Planted) -> None:
    vertex = net.place(0, 6)
    county = planted.county
    changed = {c: g for c, g in county.items() if vertex in vertices(g.geom)}
    assert {"MA", "G1", "S1", "T1"} <= set(changed)
    redraw(
        edit,
        {
            c: Ground(None if g.own is None else move_vertex(g.own, vertex, -1, 1), move_vertex(g.geom, vertex, -1, 1))
            for c, g in changed.items()
        },
    )
    whole = net.together(county["T1"].geom, county["T2"].geom)
    outline(edit, move_vertex(whole, vertex, -1, 1))
    _prove(edit)


def test_ground_exchanged_between_siblings_is_accepted(edit: Connection, planted: Planted) -> None:
    conn = edit
    redraw(conn, {"MA": planted.county["MC"], "MC": planted.county["MA"]})
    conn.exec_driver_sql("UPDATE households SET grid_id = (SELECT id FROM grids WHERE code = 'MC') WHERE code = 'H1'")
    _prove(conn)


def test_a_leaf_merged_into_its_sibling_is_accepted(edit: Connection, planted: Planted) -> None:
    county = planted.county
    end_versions(edit, "MA")
    edit.exec_driver_sql("UPDATE grids SET retired_at = geo_grid.moment() WHERE code = 'MA'")
    redraw(edit, {"MB": leaf(net.together(county["MA"].geom, county["MB"].geom))})
    edit.exec_driver_sql("UPDATE households SET grid_id = (SELECT id FROM grids WHERE code = 'MB') WHERE code = 'H1'")
    _prove(edit)


def test_a_leaf_dissolved_into_the_remainder_is_accepted(edit: Connection, planted: Planted) -> None:
    county = planted.county
    end_versions(edit, "ME")
    edit.exec_driver_sql("UPDATE grids SET retired_at = geo_grid.moment() WHERE code = 'ME'")
    remainder = county["G2"].own
    assert remainder is not None
    redraw(edit, {"G2": Ground(net.together(remainder, county["ME"].geom), county["G2"].geom)})
    _prove(edit)


def test_a_leaf_split_in_two_is_accepted(edit: Connection, planted: Planted) -> None:
    halves = net.drawn("A a\nA a", size=net.SIZE)
    west, east = (shapely.transform(halves[letter], lambda xy: xy + np.array([0, 4 * net.SIZE])) for letter in "Aa")
    edit.exec_driver_sql("INSERT INTO grids (code, tier) VALUES ('MZ', 'MICRO')")
    redraw(edit, {"MA": leaf(west)})
    insert_version(edit, "MZ", leaf(east), like="MA")
    _prove(edit)


def test_a_whole_branch_moved_to_another_parent_is_accepted(edit: Connection, planted: Planted) -> None:
    county = planted.county
    redraw(
        edit,
        {
            "S1": Ground(None, net.together(county["S1"].geom, county["G4"].geom)),
            "S2": Ground(county["S2"].own, net.together(county["G3"].geom, county["S2"].own)),
        },
    )
    end_versions(edit, "G4")
    insert_version(edit, "G4", county["G4"], parent="S1")
    _prove(edit)


def test_rings_stored_the_other_way_round_are_accepted(edit: Connection, planted: Planted) -> None:
    redraw(edit, {"MF": leaf(net.multi(shapely.reverse(planted.county["MF"].geom)))})
    _prove(edit)


def test_a_version_of_the_same_transaction_can_be_changed_in_place(edit: Connection, planted: Planted) -> None:
    redraw(edit, {"MA": leaf(net.add_vertex(planted.county["MA"].geom))})
    with pytest.raises(RuleBroken, match="grid G1"), edit.begin_nested():
        _prove(edit)
    edit.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    edit.exec_driver_sql(
        "UPDATE grid_versions v SET own = %(geom)s, geom = %(geom)s FROM grids g"
        " WHERE g.id = v.grid_id AND g.code = 'MA' AND upper_inf(valid)",
        {"geom": ewkb(planted.county["MA"].geom)},
    )
    _prove(edit)


def test_the_refusal_names_the_parent_the_place_and_who_has_the_edge(planted: Planted) -> None:
    with pytest.raises(RuleBroken) as refused, transaction(engine(planted.settings, DbRole.LOADER)) as conn:
        _vertex_on_one_side(conn, planted.county, "MA")
    assert refused.value.rule == "net_closed"
    assert refused.value.facts["grid"] == "G1"
    assert "the grids inside grid G1 do not fill it exactly" in str(refused.value)
    assert re.search(r"it is in (MA|the outline)\)", str(refused.value))


def test_a_retired_code_is_never_given_again(own_county: Planted) -> None:
    pool = engine(own_county.settings, DbRole.LOADER)
    with transaction(pool) as conn:
        conn.exec_driver_sql("UPDATE grids SET code = 'MQ' WHERE code = 'MK'")
    with pytest.raises(RuleBroken, match="code MK belonged to another grid"), transaction(pool) as conn:
        conn.exec_driver_sql("UPDATE grids SET code = 'MK' WHERE code = 'ML'")
    with transaction(pool) as conn:
        conn.exec_driver_sql("UPDATE grids SET code = 'MK' WHERE code = 'MQ'")
