"""Hazard zones: who is threatened by what, and where they go."""

from geo_grid.hazards.edit import add_zone, change_zone, demand_zone, remove_zone
from geo_grid.hazards.model import Threatened, Zone, ZoneDraft, ZoneImage
from geo_grid.hazards.store import read_threatened, read_zone, read_zone_past, read_zones, shelters

__all__ = [
    "Threatened",
    "Zone",
    "ZoneDraft",
    "ZoneImage",
    "add_zone",
    "change_zone",
    "demand_zone",
    "read_threatened",
    "read_zone",
    "read_zone_past",
    "read_zones",
    "remove_zone",
    "shelters",
]
