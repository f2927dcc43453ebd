"""What leaves the database, read only: tiles, summaries for pages, answers to 'who', exports."""

from geo_grid.publish.cache import TileCache
from geo_grid.publish.changes import Change, ChangeLog, read_changes
from geo_grid.publish.crs_uris import CRS84, crs_given
from geo_grid.publish.doors import GridName, GuideLine, grid_names, guide_lines, household_points
from geo_grid.publish.export import Exported, export
from geo_grid.publish.feature_collections import COLLECTIONS, Collection, collection
from geo_grid.publish.features import Feature, FeaturePage, Time, Wish, feature, features
from geo_grid.publish.ground import Box
from geo_grid.publish.layers import LAYERS, TileLayer
from geo_grid.publish.model import (
    Breaks,
    Crumb,
    FacilityRef,
    GridSummary,
    Hit,
    HouseholdSummary,
    KindCount,
    PrepareReport,
    Responsibility,
    RiskSiteSummary,
    Seat,
    Sibling,
    SiteRef,
    TierCount,
    TierTree,
    TileAnswer,
    TreeNode,
)
from geo_grid.publish.phones import masked
from geo_grid.publish.prepare import prepare_tiles
from geo_grid.publish.reveal import Reachable, household_phone, reachable
from geo_grid.publish.search import search, tidy
from geo_grid.publish.shared import tiles_of, tiles_shared
from geo_grid.publish.statistics import PlaceFigures, place_figures, write_figures
from geo_grid.publish.summaries import (
    children,
    choropleth_breaks,
    grid_at,
    grid_summary,
    household_summary,
    risk_site_summary,
    tier_tree,
)
from geo_grid.publish.tiles import data_version, tile
from geo_grid.publish.who import who

__all__ = [
    "COLLECTIONS",
    "CRS84",
    "LAYERS",
    "Box",
    "Breaks",
    "Change",
    "ChangeLog",
    "Collection",
    "Crumb",
    "Exported",
    "FacilityRef",
    "Feature",
    "FeaturePage",
    "GridName",
    "GridSummary",
    "GuideLine",
    "Hit",
    "HouseholdSummary",
    "KindCount",
    "PlaceFigures",
    "PrepareReport",
    "Reachable",
    "Responsibility",
    "RiskSiteSummary",
    "Seat",
    "Sibling",
    "SiteRef",
    "TierCount",
    "TierTree",
    "TileAnswer",
    "TileCache",
    "TileLayer",
    "Time",
    "TreeNode",
    "Wish",
    "children",
    "choropleth_breaks",
    "collection",
    "crs_given",
    "data_version",
    "export",
    "feature",
    "features",
    "grid_at",
    "grid_names",
    "grid_summary",
    "guide_lines",
    "household_phone",
    "household_points",
    "household_summary",
    "masked",
    "place_figures",
    "prepare_tiles",
    "reachable",
    "read_changes",
    "risk_site_summary",
    "search",
    "tidy",
    "tier_tree",
    "tile",
    "tiles_of",
    "tiles_shared",
    "who",
    "write_figures",
]
