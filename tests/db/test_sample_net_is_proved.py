"""Twenty kinds of corruption at twenty places of the sample county, written by SQL as the application: all refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely import affinity

from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import GeoGridError
from geo_grid.settings import Settings
from tests.db.net import ewkb, multi

STEP = 1 / 1024
PLACES = 20
Shape = shapely.Geometry
#: A leaf's ground, and that of a leaf elsewhere, to what is written in its place.
Corruption = Callable[[Shape, Shape], Shape]


def _vertices(move: Callable[[np.ndarray], np.ndarray]) -> Corruption:
    """The outer ring with other vertices."""

    def corrupt(ground: Shape, _other: Shape) -> Shape:
        first = shapely.get_parts(ground)[0]
        ring = shapely.get_coordinates(first.exterior)[:-1]
        rest = list(shapely.get_parts(ground)[1:])
        return multi(shapely.multipolygons([shapely.Polygon(move(ring), first.interiors), *rest]))

    return corrupt


def _moved(step_x: float, step_y: float, index: int = 0) -> Corruption:
    def move(ring: np.ndarray) -> np.ndarray:
        ring[index] += (step_x, step_y)
        return ring

    return _vertices(move)


def _with_a_vertex(ring: np.ndarray) -> np.ndarray:
    """A vertex put in the middle of the longest side, a step off it."""
    sides = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
    at = int(np.argmax(sides))
    middle = np.round((ring[at] + ring[(at + 1) % len(ring)]) / 2 / STEP) * STEP + (STEP, 0)
    return np.insert(ring, at + 1, middle, axis=0)


def _bow_tie(ring: np.ndarray) -> np.ndarray:
    ring[[0, len(ring) // 2]] = ring[[len(ring) // 2, 0]]
    return ring


def _half(ground: Shape, _other: Shape) -> Shape:
    west, south, east, north = ground.bounds
    middle = round((west + east) / 2 / STEP) * STEP
    return multi(shapely.intersection(ground, shapely.box(middle, south, east, north), grid_size=STEP))


def _holed(ground: Shape, _other: Shape) -> Shape:
    at = shapely.get_coordinates(shapely.point_on_surface(ground))[0]
    at = np.round(at / STEP) * STEP
    return multi(shapely.difference(ground, shapely.box(*(at - STEP), *(at + STEP)), grid_size=STEP))


def _snapped(shape: Shape) -> Shape:
    return multi(shapely.make_valid(shapely.set_precision(shape, STEP)))


CORRUPTIONS: dict[str, Corruption] = {
    "a vertex a step to the east": _moved(STEP, 0),
    "a vertex a step to the north": _moved(0, STEP, 1),
    "a vertex off by centimetres": _moved(1 / 16, 1 / 16, 2),
    "a vertex off by a metre": _moved(1, -1),
    "a vertex off by ten metres": _moved(-10, 10, 1),
    "a vertex off by half a kilometre": _moved(512, 0),
    "a vertex more": _vertices(_with_a_vertex),
    "a vertex less": _vertices(lambda ring: ring[1:]),
    "every other vertex": _vertices(lambda ring: ring[::2] if len(ring) > 6 else ring[1:]),
    "a bow tie": _vertices(_bow_tie),
    "a hole": _holed,
    "half of it": _half,
    "the box around it": lambda ground, _: multi(shapely.box(*ground.bounds)),
    "its hull and a metre": lambda ground, _: _snapped(ground.convex_hull.buffer(1)),
    "grown by a metre": lambda ground, _: _snapped(ground.buffer(1, join_style="mitre")),
    "shrunk by a metre": lambda ground, _: _snapped(ground.buffer(-1, join_style="mitre")),
    "shifted by a step": lambda ground, _: multi(affinity.translate(ground, STEP, STEP)),
    "shifted by a kilometre": lambda ground, _: multi(affinity.translate(ground, 1024, 0)),
    "turned": lambda ground, _: _snapped(affinity.rotate(ground, 7)),
    "off the lattice": lambda ground, _: multi(affinity.translate(ground, STEP / 3, 0)),
    "ground of a leaf elsewhere": lambda _, other: other,
    "its own and that of another": lambda ground, other: multi(shapely.union(ground, other, grid_size=STEP)),
    "not a number": _vertices(lambda ring: np.vstack([ring[:-1], [[np.nan, ring[-1][1]]]])),
    "no ground": lambda _ground, _other: shapely.MultiPolygon(),
}

_LEAVES = (
    "SELECT g.code, ST_AsBinary(v.geom) FROM grids g JOIN grid_versions v ON v.grid_id = g.id"
    " WHERE g.tier = 'MICRO' AND upper_inf(v.valid) ORDER BY md5(g.code) LIMIT %s"
)
_BEGIN = "INSERT INTO changesets (actor, kind, note) VALUES ('somebody', 'edit', 'by hand')"
_REPLACE = """
WITH ended AS (
    UPDATE grid_versions v SET valid = tstzrange(lower(v.valid), geo_grid.moment())
      FROM grids g WHERE g.code = %(code)s AND v.grid_id = g.id AND upper_inf(v.valid) RETURNING v.*
)
INSERT INTO grid_versions (grid_id, tier, parent_id, parent_tier, name, own, geom)
SELECT grid_id, tier, parent_id, parent_tier, name, %(shape)s, %(shape)s FROM ended
"""


@pytest.mark.filterwarnings("ignore:invalid value encountered")
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_is_refused_at_every_place(sample_database: Settings, name: str) -> None:
    leaves, before = _leaves(sample_database), _picture(sample_database)
    assert len(leaves) == PLACES
    for place, (code, ground) in enumerate(leaves):
        with pytest.raises(GeoGridError):
            _replace(sample_database, code, CORRUPTIONS[name](ground, leaves[place - 1][1]))
    assert _picture(sample_database) == before


def test_the_same_ground_written_again_is_accepted(sample_clone: Settings) -> None:
    before = _picture(sample_clone)
    for code, ground in _leaves(sample_clone):
        _replace(sample_clone, code, ground)
    assert _picture(sample_clone) == (before[0] + PLACES, before[1] + PLACES)


def _leaves(settings: Settings) -> list[tuple[str, Shape]]:
    """Leaves here and there in the county, each with its ground."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        return [(code, shapely.from_wkb(bytes(wkb))) for code, wkb in conn.exec_driver_sql(_LEAVES, (PLACES,))]


def _replace(settings: Settings, code: str, ground: Shape) -> None:
    """Write other ground for a leaf, in a transaction of its own."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        conn.exec_driver_sql(_BEGIN)
        conn.exec_driver_sql(_REPLACE, {"code": code, "shape": ewkb(ground)})


def _picture(settings: Settings) -> tuple[int, int]:
    """How many versions there are, of grids and of the data."""
    with engine(settings, DbRole.LOADER).connect() as conn:
        row = conn.exec_driver_sql(
            "SELECT (SELECT count(*) FROM grid_versions), (SELECT count(*) FROM data_versions)"
        ).one()
        return int(row[0]), int(row[1])
