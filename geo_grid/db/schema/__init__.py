"""Every table of the product, declared once and without behaviour."""

from geo_grid.db.schema.facilities import facilities, facility_levels
from geo_grid.db.schema.grids import county, grid_versions, grids, lineage, tier_rules, tiers
from geo_grid.db.schema.households import households
from geo_grid.db.schema.journal import changesets
from geo_grid.db.schema.metadata import SCHEMA, metadata
from geo_grid.db.schema.publish import tile_shapes
from geo_grid.db.schema.risks import risk_kinds, risk_sites
from geo_grid.db.schema.staffing import assignments, posts, roles, workers

__all__ = [
    "SCHEMA",
    "assignments",
    "changesets",
    "county",
    "facilities",
    "facility_levels",
    "grid_versions",
    "grids",
    "households",
    "lineage",
    "metadata",
    "posts",
    "risk_kinds",
    "risk_sites",
    "roles",
    "tier_rules",
    "tiers",
    "tile_shapes",
    "workers",
]
