"""Facilities: service centres, stations and points."""

from geo_grid.facilities.model import Facility
from geo_grid.facilities.places import Places
from geo_grid.facilities.store import (
    compare_facilities,
    differing_facilities,
    levels_of_facilities,
    read_facilities,
    read_places,
    remove_facilities,
    stage_facilities,
    write_facilities,
)

__all__ = [
    "Facility",
    "Places",
    "compare_facilities",
    "differing_facilities",
    "levels_of_facilities",
    "read_facilities",
    "read_places",
    "remove_facilities",
    "stage_facilities",
    "write_facilities",
]
