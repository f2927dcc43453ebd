"""Facilities: service centres, stations and points."""

from geo_grid.facilities.model import Facility
from geo_grid.facilities.store import compare_facilities, stage_facilities, write_facilities

__all__ = ["Facility", "compare_facilities", "stage_facilities", "write_facilities"]
