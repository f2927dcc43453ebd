"""Points that are in the wrong place: swapped, in other units, at zero, far from all others, outside, on one spot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Layer
from geo_grid.intake.validate.words import some, told
from geo_grid.partition.lattice import Flags, Floats, Geometries

#: More households than this on one spot are told of one by one.
CROWD = 20
#: Rows this much farther from the middle than three quarters of all, and at least so far, are in another place.
TIMES_FARTHER, FAR_M = 20.0, 20_000.0


def coordinate_faults(layer: Layer, *, in_degrees: bool) -> Iterator[Finding]:
    """Rows of a layer as it came from its file whose coordinates cannot be meant as they stand."""
    at, row_of = _middles(layer)
    if len(at) == 0:
        return
    zero = (at == 0).all(axis=1)
    small = (np.abs(at[:, 0]) <= 180) & (np.abs(at[:, 1]) <= 180) & ~zero
    swapped = _swapped(at, zero | (small if not in_degrees else ~small))
    wrong = {
        "coordinates_zero": zero,
        "coordinates_swapped": swapped,
        "coordinates_degrees": small & ~swapped & (not in_degrees),
        "coordinates_metres": ~small & ~zero & ~swapped & in_degrees,
    }
    for rule, rows in wrong.items():
        # If it is all of them, the CRS is wrong and not the rows: the guess at the CRS tells that.
        if rows.any() and not rows.all():
            yield _rows(rule, layer, row_of[rows])


def far_faults(layer: Layer) -> Iterator[Finding]:
    """Rows of a layer in the county's CRS that lie far from all others."""
    at, row_of = _middles(layer)
    if len(at) < 3:
        return
    from_middle = np.hypot(*(at - np.median(at, axis=0)).T)
    limit = max(FAR_M, TIMES_FARTHER * float(np.quantile(from_middle, 0.75)))
    far = from_middle > limit
    if far.any():
        first = at[far][0]
        finding = _rows("coordinates_far", layer, row_of[far], km=int(limit // 1000))
        yield replace(finding, point=(float(first[0]), float(first[1])))


def household_faults(layer: Layer, codes: list[str], leaves: Geometries) -> Iterator[Finding]:
    """Households outside every one of the `leaves`, and households that share a spot."""
    points = layer.shapes()
    there = np.flatnonzero(~shapely.is_missing(points) & ~shapely.is_empty(points))
    at = shapely.get_coordinates(shapely.point_on_surface(points[there]))
    if len(leaves):
        held = np.zeros(len(there), dtype=bool)
        held[shapely.STRtree(shapely.points(at)).query(leaves, predicate="intersects")[1]] = True
        for place in np.flatnonzero(~held).tolist():
            row = int(there[place])
            yield told(
                "household_outside",
                layer.where(row),
                row=row + 1,
                households=1,
                point=(float(at[place, 0]), float(at[place, 1])),
                code=codes[row] or f"row {row + 1}",
            )
    yield from _spots(layer, at, there)


def _spots(layer: Layer, at: Floats, there: np.ndarray) -> Iterator[Finding]:
    """A finding for each crowded spot, and one for all households that share theirs."""
    spots, first, place, count = np.unique(at, axis=0, return_index=True, return_inverse=True, return_counts=True)
    shared = int(count[count > 1].sum())
    if not shared:
        return
    for spot in np.flatnonzero(count > CROWD).tolist():
        yield told(
            "one_spot",
            layer.where(int(there[first[spot]])),
            severity="warning",
            households=int(count[spot]),
            point=(float(spots[spot, 0]), float(spots[spot, 1])),
            rows=int(count[spot]),
        )
    one = int(np.flatnonzero(count[place.ravel()] > 1)[0])
    point = (float(at[one, 0]), float(at[one, 1]))
    yield told("spots_shared", layer.source, severity="warning", households=shared, point=point, rows=shared)


def _middles(layer: Layer) -> tuple[Floats, np.ndarray]:
    """A finite coordinate of each row that has one, and the rows."""
    if layer.points is not None:
        at, row_of = layer.points, np.arange(len(layer.points))
    else:
        coords, owner = shapely.get_coordinates(layer.shapes(), return_index=True)
        row_of, first = np.unique(owner, return_index=True)
        at = coords[first]
    finite = np.isfinite(at).all(axis=1)
    return at[finite], row_of[finite]


def _swapped(at: Floats, left_out: Flags) -> Flags:
    """Rows that lie among the others once their two coordinates are exchanged, and far from them as they are."""
    rest = at[~left_out]
    found = np.zeros(len(at), dtype=bool)
    if len(rest) < 3:
        return found
    middle = np.median(rest, axis=0)
    spread = 5 * np.quantile(np.abs(rest - middle), 0.5, axis=0) + 1e-9
    apart = abs(middle[0] - middle[1])
    near = (np.abs(at[:, ::-1] - middle) < np.minimum(spread * 4, apart / 2)).all(axis=1)
    away = (np.abs(at - middle) > apart / 2).all(axis=1)
    return np.asarray(near & away, dtype=bool)


def _rows(rule: str, layer: Layer, rows: np.ndarray, **facts: Any) -> Finding:
    """A finding about several rows of a layer."""
    places = [layer.where(int(row)).removeprefix(f"{layer.source} ") for row in rows.tolist()]
    return told(
        rule,
        layer.where(int(rows[0])),
        row=int(rows[0]) + 1,
        count=len(rows),
        rows=len(rows),
        places=some(places),
        **facts,
    )
