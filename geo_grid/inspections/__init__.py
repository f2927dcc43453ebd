"""Inspections of risk sites: how often, when due, who is responsible, what was found."""

from geo_grid.inspections.duties import LEADING, Net, Patrols, chain_of, duties, heads, keeper_of, parts_of
from geo_grid.inspections.model import (
    Duty,
    Inspection,
    Keeper,
    NewFinding,
    NewInspection,
    Photo,
    Rhythms,
    SiteFinding,
)
from geo_grid.inspections.photos import MOST_BYTES as MOST_PHOTO_BYTES
from geo_grid.inspections.photos import BadPhoto, photo_of
from geo_grid.inspections.record import (
    MOST_PHOTOS,
    NotThere,
    close_finding,
    name_keeper,
    record,
    set_rhythm,
    set_seasons,
)
from geo_grid.inspections.store import (
    add_past,
    finding_grid,
    read_findings,
    read_inspected,
    read_inspection,
    read_inspections,
    read_patrols,
    read_photo,
    read_rhythms,
)

__all__ = [
    "LEADING",
    "MOST_PHOTOS",
    "MOST_PHOTO_BYTES",
    "BadPhoto",
    "Duty",
    "Inspection",
    "Keeper",
    "Net",
    "NewFinding",
    "NewInspection",
    "NotThere",
    "Patrols",
    "Photo",
    "Rhythms",
    "SiteFinding",
    "add_past",
    "chain_of",
    "close_finding",
    "duties",
    "finding_grid",
    "heads",
    "keeper_of",
    "name_keeper",
    "parts_of",
    "photo_of",
    "read_findings",
    "read_inspected",
    "read_inspection",
    "read_inspections",
    "read_patrols",
    "read_photo",
    "read_rhythms",
    "record",
    "set_rhythm",
    "set_seasons",
]
