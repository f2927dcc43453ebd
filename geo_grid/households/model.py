"""Households as they are to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class HouseholdRows:
    """Households column by column, in the order in which they are to lie in the table.

    `points` are hexadecimal EWKB, `grids` the codes of the cells that hold them, `contacts` worker codes. `given` names
    the optional columns that were given: the others stay as they are for households already there.
    """

    codes: Sequence[str]
    addresses: Sequence[str | None]
    persons: Sequence[str | None]
    phones: Sequence[str | None]
    contacts: Sequence[str | None]
    points: Sequence[str]
    grids: Sequence[str]
    given: frozenset[str] = field(default=frozenset({"address", "persons", "phone", "contact"}))


@dataclass(frozen=True, slots=True)
class Doors:
    """All households that stand: codes, points (n, 2), the codes of their grids and of their contacts ('' for none)."""

    codes: Sequence[str]
    at: npt.NDArray[np.float64]
    grids: Sequence[str]
    contacts: Sequence[str]
