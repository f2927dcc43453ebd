"""How wide the faces are that nobody or several claim, and up to which width a gap is a slip of the hand."""

from __future__ import annotations

import numpy as np
import shapely

from geo_grid.partition.lattice import Floats, Geometries

#: Faces measured at most; more do not change the figures.
MOST_MEASURED = 3000
#: No default closes gaps narrower than this in vain, or wider than that unasked.
LEAST_GAP_M, MOST_GAP_M = 2.0, 30.0
#: The default is this many times the 99th percentile: measured on noisy counties, from 1.3 on no stray piece is left.
_MARGIN = 1.5
#: Faces wider than this many medians are no slips; noise of one hand stays below 7.
_NO_SLIP = 12.0
#: Fewer faces show no habit: a lane between two fields is no slip because nothing narrower is there.
_FEWEST = 30


def widths(shapes: Geometries) -> Floats:
    """The width of each face in metres: the diameter of the largest disc in it; of every k-th when there are many."""
    shapes = np.asarray(shapes, dtype=object)
    if len(shapes) > MOST_MEASURED:
        shapes = shapes[np.linspace(0, len(shapes) - 1, MOST_MEASURED).astype(np.int64)]
    if len(shapes) == 0:
        return np.zeros(0)
    # A tolerance of its own for each: a fixed one is far too fine for a lake.
    tolerance = np.maximum(0.02, 0.02 * np.sqrt(shapely.area(shapes)))
    radii = shapely.length(shapely.maximum_inscribed_circle(shapes, tolerance=tolerance))
    return np.asarray(2 * radii, dtype=np.float64)


def default_gap_m(found: Floats) -> float:
    """The width up to which gaps are closed when nobody says: 1.5 × the 99th percentile of the slips' widths."""
    narrow = found[found <= MOST_GAP_M]
    if len(narrow) < _FEWEST:
        return LEAST_GAP_M
    slips = narrow[narrow <= max(_NO_SLIP * float(np.median(narrow)), LEAST_GAP_M)]
    return float(np.clip(round(_MARGIN * float(np.percentile(slips, 99)), 2), LEAST_GAP_M, MOST_GAP_M))
