"""Households: address points, each in one grid."""

from geo_grid.households.model import Doors, HouseholdRows
from geo_grid.households.store import (
    any_households,
    append_households,
    compare_households,
    differing_households,
    households_in,
    missing_households,
    move_households,
    read_doors,
    read_doors_of_contacts,
    read_points,
    remove_households,
    sealed,
    stage_households,
    write_households,
)

__all__ = [
    "Doors",
    "HouseholdRows",
    "any_households",
    "append_households",
    "compare_households",
    "differing_households",
    "households_in",
    "missing_households",
    "move_households",
    "read_doors",
    "read_doors_of_contacts",
    "read_points",
    "remove_households",
    "sealed",
    "stage_households",
    "write_households",
]
