"""Households: address points, each in one grid."""

from geo_grid.households.model import HouseholdRows
from geo_grid.households.store import (
    compare_households,
    households_in,
    move_households,
    stage_households,
    write_households,
)

__all__ = [
    "HouseholdRows",
    "compare_households",
    "households_in",
    "move_households",
    "stage_households",
    "write_households",
]
