"""How far the polygons of files reach, held against how wide a net may be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Layer
from geo_grid.partition.chain import TooWide
from geo_grid.partition.lattice import SCALE, WIDEST


def width_fault(layers: Sequence[Layer]) -> Finding | None:
    """What to say of layers in the county's CRS that reach further than a net may; None when they do not.

    Asked before anything else: no tier, field or repair would help.
    """
    boxes = np.array([shapely.total_bounds(layer.shapes()) for layer in layers if layer.has_places]).reshape(-1, 4)
    if not np.isfinite(boxes).any():
        return None
    reach_m = float((np.nanmax(boxes[:, 2:], axis=0) - np.nanmin(boxes[:, :2], axis=0)).max())
    return told_too_wide(TooWide(round(reach_m / 1000))) if reach_m * SCALE >= WIDEST else None


def told_too_wide(far: TooWide) -> Finding:
    """The finding that the polygons of the files do not fit into one net."""
    return Finding.of(
        "too_wide",
        "the files",
        far.says,
        "check the shapes and their CRS, or make a net for each province (GEO_GRID_DATABASE_URL)",
        facts=dict(far.facts),
    )
