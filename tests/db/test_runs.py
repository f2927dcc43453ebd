"""Tests that cutting borders into runs hides no fault, wherever the cuts are."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
import shapely
from sqlalchemy import Connection

from geo_grid.db import DbRole, RuleBroken, engine
from geo_grid.grids import prove_net
from geo_grid.partition import Cuts, cuts_of
from tests.db import net
from tests.db.conftest import Planted
from tests.db.net import Ground, leaf, redraw

Shapes = list[tuple[str | None, bool, shapely.MultiPolygon]]

LOOSE = """
    SELECT coalesce(g.code, '') FROM unnest(geo_grid.loose_families(
        ARRAY(SELECT DISTINCT coalesce(parent_id, 0) FROM geo_grid.grid_versions WHERE upper_inf(valid)),
        %(codes)s::text[], %(remainders)s::boolean[], %(counts)s::int[], %(cuts)s::int[]
    )) AS f LEFT JOIN geo_grid.grids g ON g.id = f
"""
OPEN = """
    SELECT coalesce(g.code, '') FROM geo_grid.uncancelled_edges(
        ARRAY(SELECT DISTINCT coalesce(parent_id, 0) FROM geo_grid.grid_versions WHERE upper_inf(valid))
    ) AS f LEFT JOIN geo_grid.grids g ON g.id = f.family
"""


@pytest.fixture
def admin(planted: Planted) -> Iterator[Connection]:
    """A connection to the small county, rolled back."""
    with engine(planted.settings, DbRole.ADMIN).connect() as conn:
        transaction = conn.begin()
        yield conn
        if transaction.is_active:
            transaction.rollback()


def shapes_of(county: Mapping[str, Ground]) -> Shapes:
    """All shapes of the county, in normal form as the importer writes them."""
    found: Shapes = [(code, False, shapely.normalize(ground.geom)) for code, ground in county.items()]
    is_leaf = {code for code, (tier, _, _) in net.TREE.items() if tier in ("MICRO", "SPECIAL")}
    found += [
        (code, True, shapely.normalize(ground.own))
        for code, ground in county.items()
        if ground.own is not None and code not in is_leaf
    ]
    return [*found, (None, False, shapely.normalize(net.together(*(county[code].geom for code in ("T1", "T2")))))]


def loose(conn: Connection, shapes: Shapes, cuts: Cuts) -> set[str]:
    """The families that the database cannot close by the runs between those cuts."""
    values = {
        "codes": [code for code, _, _ in shapes],
        "remainders": [remainder for _, remainder, _ in shapes],
        "counts": cuts.counts.tolist(),
        "cuts": cuts.places.tolist(),
    }
    return set(conn.exec_driver_sql(LOOSE, values).scalars())


def still_open(conn: Connection) -> set[str]:
    """The families that do not close edge by edge."""
    return set(conn.exec_driver_sql(OPEN).scalars())


def true_cuts(shapes: Shapes) -> Cuts:
    """Where the borders of the shapes meet."""
    return cuts_of(np.array([shape for _, _, shape in shapes], dtype=object))


def random_cuts(rng: random.Random, shapes: Shapes) -> Cuts:
    """Some places on some shapes, in any order, also twice and where there is no vertex."""
    places = [
        [rng.randrange(-2, shapely.get_num_coordinates(shape) + 3) for _ in range(rng.choice((0, 0, 1, 2, 5)))]
        for _, _, shape in shapes
    ]
    return Cuts(np.array([len(one) for one in places]), np.array([place for one in places for place in one], dtype=int))


def faulty(county: Mapping[str, Ground]) -> dict[str, dict[str, Ground]]:
    """Changes that leave a family open, or none."""
    vertex = net.place(2, 5)
    return {
        "nothing": {},
        "a vertex more on one side": {"MA": leaf(net.add_vertex(county["MA"].geom))},
        "a vertex moved on one side": {"MA": leaf(net.move_vertex(county["MA"].geom, vertex, 1, 3))},
        "a vertex moved on all sides": {
            code: leaf(net.move_vertex(ground.geom, vertex, 1, 3))
            for code, ground in county.items()
            if vertex in net.vertices(ground.geom) and code.startswith("M")
        },
        "a leaf in the place of another": {"MD": leaf(county["ME"].geom)},
        "a hole filled": {"MF": leaf(net.multi(shapely.Polygon(shapely.get_parts(county["MF"].geom)[0].exterior)))},
        "an island grown": {"S2": Ground(county["MH"].geom, county["S2"].geom)},
    }


FAULTS = list(faulty(net.grounds()))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_open_family_is_hidden_by_any_cuts(admin: Connection, planted: Planted, fault: str) -> None:
    changed = faulty(planted.county)[fault]
    redraw(admin, changed)
    found = still_open(admin)
    shapes = shapes_of(planted.county | changed)
    rng = random.Random(fault)
    assert all(found <= loose(admin, shapes, random_cuts(rng, shapes)) for _ in range(12))
    assert found <= loose(admin, shapes[::3], true_cuts(shapes[::3]))
    nothing = np.zeros(0, dtype=np.int64)
    assert found <= loose(admin, [], Cuts(nothing, nothing))


@pytest.mark.parametrize("fault", FAULTS)
def test_where_borders_meet_only_open_families_stay_loose(admin: Connection, planted: Planted, fault: str) -> None:
    changed = faulty(planted.county)[fault]
    redraw(admin, changed)
    shapes = shapes_of(planted.county | changed)
    assert loose(admin, shapes, true_cuts(shapes)) == still_open(admin)
    assert bool(still_open(admin)) == (fault not in ("nothing", "a vertex moved on all sides"))


def test_a_ring_that_starts_elsewhere_or_runs_the_other_way_has_the_same_runs(
    admin: Connection, planted: Planted
) -> None:
    turned = {
        code: leaf(net.multi(shapely.Polygon(np.roll(shapely.get_coordinates(ground.geom)[:-1], 2, axis=0))))
        for code, ground in planted.county.items()
        if code in ("MA", "MC", "Xs")
    }
    redraw(admin, turned)
    shapes = [
        (code, remainder, turned[code].geom if code in turned else shape)
        for code, remainder, shape in shapes_of(planted.county)
    ]
    assert still_open(admin) == set()
    assert loose(admin, shapes, true_cuts(shapes)) == set()


def test_what_is_proved_along_cuts_names_the_same_edge(admin: Connection, planted: Planted) -> None:
    changed = faulty(planted.county)["a vertex more on one side"]
    redraw(admin, changed)
    shapes = shapes_of(planted.county | changed)
    with pytest.raises(RuleBroken, match="the grids inside grid G1 do not fill it exactly"):
        prove_net(admin, [(code, remainder) for code, remainder, _ in shapes], true_cuts(shapes))
