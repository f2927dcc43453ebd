"""The consequence sheet: what a change set means, per grid, household, site and post."""

from geo_grid.redraw.sheet.kept import keep_sheet, kept_sheet
from geo_grid.redraw.sheet.model import (
    Figures,
    GridEffect,
    HouseholdMove,
    MapAfter,
    PostMove,
    Preview,
    SiteMove,
    Totals,
)
from geo_grid.redraw.sheet.preview import preview

__all__ = [
    "Figures",
    "GridEffect",
    "HouseholdMove",
    "MapAfter",
    "PostMove",
    "Preview",
    "SiteMove",
    "Totals",
    "keep_sheet",
    "kept_sheet",
    "preview",
]
