"""How many households each piece of ground touches, and findings that carry both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Fact, Finding, Severity
from geo_grid.intake.validate.words import WORDS
from geo_grid.partition.lattice import Floats, Geometries, Integers

#: A fault with more vertices than this is shown by its hull: it is to be found on a map, not measured there.
MOST_VERTICES = 500


class Households:
    """The households of the files, and those that stand and are not in them: points (n, 2) in the county's CRS."""

    def __init__(self, at: Floats) -> None:
        self.at = at
        self._tree = shapely.STRtree(shapely.points(at)) if len(at) else None

    def within(self, ground: Geometries) -> Integers:
        """How many households stand on each piece of ground, its border included (k,)."""
        if self._tree is None or len(ground) == 0:
            return np.zeros(len(ground), dtype=np.int64)
        piece, _ = self._tree.query(ground, predicate="intersects")
        return np.bincount(piece, minlength=len(ground)).astype(np.int64)


def on_ground(
    rule: str,
    where: str,
    ground: Any,
    *,
    facts: Mapping[str, Fact],
    households: int,
    row: int | None = None,
    severity: Severity = "error",
) -> Finding:
    """A finding about a piece of ground, in the words of its rule."""
    says, hint = WORDS[rule]
    at = shapely.get_coordinates(shapely.point_on_surface(ground))[0]
    area = float(shapely.area(ground))
    return Finding.of(
        rule,
        where,
        says,
        hint,
        households=int(households),
        severity=severity,
        point=(float(at[0]), float(at[1])),
        row=row or None,
        area_m2=area,
        geometry=shapely.to_wkb(shown(ground), hex=True),
        facts={**facts, "area": _area(area)},
    )


def shown(ground: Any) -> Any:
    """The ground as a map shows it: itself, or its hull where it has very many vertices."""
    return ground if shapely.get_num_coordinates(ground) <= MOST_VERTICES else shapely.convex_hull(ground)


def _area(area_m2: float) -> str:
    """An area for people: three digits that mean something."""
    if area_m2 >= 10_000:
        return f"{area_m2 / 10_000:,.2f} ha"
    return f"{area_m2:,.1f} m²" if area_m2 >= 1 else f"{area_m2:.2g} m²"
