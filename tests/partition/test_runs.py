"""What is left of a sum by runs is what is left of it edge by edge."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely

from geo_grid.partition import edges_of, leftover
from geo_grid.partition.chain import Edges, Leftover
from geo_grid.partition.cuts import cut_rings, cuts_like, cuts_of
from geo_grid.partition.runs import runs_of


def board(rng: random.Random, *, spoil: bool) -> np.ndarray:
    """Polygons of the squares of a small board, some of them around others, and the whole; or with a vertex moved."""
    letters = {(x, y): rng.choice("AABBCD.") for x in range(5) for y in range(5)}
    shapes = []
    for letter in "ABCD":
        cells = [shapely.box(8 * x, 8 * y, 8 * x + 8, 8 * y + 8) for (x, y), one in letters.items() if one == letter]
        shapes.append(shapely.union_all(cells) if cells else shapely.box(100, 0, 104, 4))
    shapes.append(shapely.union_all(shapes))
    shapes.append(shapely.box(0, 0, 40, 40))
    if spoil:
        turn = rng.randrange(len(shapes))
        shapes[turn] = shapely.make_valid(
            shapely.transform(shapes[turn], lambda at: np.where(at == at[0], at + rng.choice((0.25, 1.0)), at))
        )
        shapes = [one if one.geom_type.endswith("Polygon") else shapely.box(0, 0, 1, 1) for one in shapes]
    return np.array([shapely.reverse(one) if rng.random() < 0.4 else one for one in shapes], dtype=object)


def told(rest: Leftover) -> set[tuple[int, ...]]:
    """Each edge left: its family, its ends in metres' 1024ths from the origin, how often."""
    return set(zip(rest.family.tolist(), rest.low.tolist(), rest.high.tolist(), rest.count.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(60))
def test_the_same_edges_are_left_by_runs_as_by_edges(seed: int) -> None:
    rng = random.Random(seed)
    shapes = board(rng, spoil=seed % 2 == 1)
    runs, edges = runs_of(cut_rings(shapes)), edges_of(shapes)
    assert runs is not None
    family = np.array([rng.randrange(2) for _ in shapes])
    weight = np.array([rng.choice((1, 1, -1, 2)) for _ in shapes])
    one = runs.left(family[runs.owner], np.arange(len(runs.owner)), weight[runs.owner])
    all_edges = Edges(edges.low, edges.high, edges.sign, edges.owner, edges.origin)
    other = leftover(family[edges.owner], all_edges, weight=weight[edges.owner])
    assert told(one) == told(other)
    assert (one.origin == other.origin).all()


def test_a_vertex_twice_in_a_row_is_left_to_edges() -> None:
    assert runs_of(cut_rings(np.array([shapely.Polygon([(0, 0), (4, 0), (4, 0), (4, 4)])]))) is None
    assert runs_of(cut_rings(np.array([], dtype=object))) is None


def test_neighbours_are_cut_where_a_third_one_begins_and_islands_at_one_vertex() -> None:
    west, east = shapely.box(0, 0, 1, 1), shapely.Polygon([(1, 0), (2, 0), (2, 1), (1, 1)])
    south = shapely.Polygon([(0, -1), (2, -1), (2, 0), (1, 0), (0, 0)])
    island = shapely.box(9, 9, 10, 10)
    shapes = np.array([west, east, south, island], dtype=object)
    cuts = cuts_of(shapes)
    ends = np.cumsum(cuts.counts)
    cut = [
        {tuple(shapely.get_coordinates(shape)[place]) for place in cuts.places[end - count : end]}
        for shape, count, end in zip(shapes, cuts.counts, ends, strict=True)
    ]
    assert cut == [{(0, 0), (1, 0), (1, 1)}, {(1, 0), (1, 1), (2, 0)}, {(0, 0), (1, 0), (2, 0)}, {(9, 9)}]


def test_what_parts_of_the_borders_bound_is_cut_where_they_meet() -> None:
    west, east, south = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(0, -1, 2, 0)
    south = shapely.Polygon([(0, -1), (2, -1), (2, 0), (1, 0), (0, 0)])
    both = shapely.normalize(shapely.union(west, east))
    rings = cut_rings(np.array([west, east, south], dtype=object))
    like, whole = cuts_like(np.array([both, both]), rings), cuts_of(np.array([west, east, south, both], dtype=object))
    assert like.counts.tolist() == [whole.counts[-1]] * 2
    assert like.places.tolist() == whole.places[-int(whole.counts[-1]) :].tolist() * 2
