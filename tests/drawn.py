"""Geometry drawn with letters: one character is one square, a letter names the polygon it belongs to."""

from __future__ import annotations

import textwrap

import numpy as np
import shapely

#: The south-west corner of every drawing, in metres: a place with the size of real coordinates.
WEST, SOUTH = 500_000.0, 4_000_000.0


def squares(drawing: str) -> dict[str, list[tuple[int, int]]]:
    """The (column, row) of every square of each letter, rows counted from the south; dots and spaces are nobody's."""
    lines = [line for line in textwrap.dedent(drawing).strip("\n").splitlines() if line.strip()]
    found: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(reversed(lines)):
        for column, letter in enumerate(line.replace(" ", "")):
            if letter != ".":
                found.setdefault(letter, []).append((column, row))
    return found


def drawn(drawing: str, *, size: float = 1.0) -> dict[str, shapely.MultiPolygon]:
    """A polygon per letter with a vertex at every corner of its squares, so that neighbours match vertex for vertex."""
    return {letter: _union(places, size) for letter, places in sorted(squares(drawing).items())}


def together(*polygons: shapely.Geometry) -> shapely.MultiPolygon:
    """The polygons made one, their common borders gone, all other vertices kept."""
    parts = shapely.get_parts(np.asarray(polygons, dtype=object))
    return _multi(shapely.coverage_union_all(parts))


def at(column: float, row: float, *, size: float = 1.0) -> tuple[float, float]:
    """The coordinates of a place in a drawing, counted in squares from the south-west."""
    return WEST + column * size, SOUTH + row * size


def _union(places: list[tuple[int, int]], size: float) -> shapely.MultiPolygon:
    boxes = [shapely.box(*at(x, y, size=size), *at(x + 1, y + 1, size=size)) for x, y in places]
    return _multi(shapely.coverage_union_all(np.asarray(boxes, dtype=object)))


def _multi(polygon: shapely.Geometry) -> shapely.MultiPolygon:
    if polygon.geom_type == "Polygon":
        polygon = shapely.MultiPolygon([polygon])
    return shapely.normalize(polygon)
