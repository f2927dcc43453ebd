"""Where the facilities stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo_grid.vocabulary import FacilityLevel


def _nowhere() -> npt.NDArray[np.float64]:
    return np.empty((0, 2))


@dataclass(frozen=True, slots=True)
class Places:
    """All facilities: codes, levels, points (n, 2) in the county's CRS, codes of the grids that own their ground.

    The grid is '' for a facility outside the county.
    """

    codes: Sequence[str] = ()
    levels: Sequence[FacilityLevel] = ()
    grids: Sequence[str] = ()
    at: npt.NDArray[np.float64] = field(default_factory=_nowhere)
