"""Every table of the product, declared once and without behaviour."""

from geo_grid.db.schema.accounts import accounts, deployment, roles_given, scope_key, sessions, sign_ins
from geo_grid.db.schema.coverage import coverage_days, coverage_rules, waivers
from geo_grid.db.schema.facilities import facilities, facility_levels
from geo_grid.db.schema.grids import county, grid_codes, grid_versions, grids, lineage, tier_rules, tiers
from geo_grid.db.schema.hazards import hazard_zones
from geo_grid.db.schema.history import (
    HISTORIES,
    assignment_history,
    facility_history,
    hazard_zone_history,
    household_history,
    post_history,
    risk_site_history,
    worker_history,
)
from geo_grid.db.schema.households import households
from geo_grid.db.schema.inspections import (
    inspection_findings,
    inspection_photos,
    inspections,
    rhythms,
    seasons,
    site_keepers,
)
from geo_grid.db.schema.jobs import cleaning_rules, field_maps, import_runs, jobs
from geo_grid.db.schema.journal import (
    changesets,
    data_versions,
    journal_entries,
    journal_head,
    unsettled,
    unwritten_changes,
)
from geo_grid.db.schema.metadata import DECLARED_SRID, SCHEMA, metadata
from geo_grid.db.schema.publish import tile_shapes
from geo_grid.db.schema.redraws import redraw_moves, redraw_sheets, redraw_steps, redraws
from geo_grid.db.schema.risks import risk_kinds, risk_sites
from geo_grid.db.schema.staffing import assignments, posts, roles, workers
from geo_grid.db.schema.visits import account_workers, visit_quotas, visits
from geo_grid.db.schema.workload import workload_weights

__all__ = [
    "DECLARED_SRID",
    "HISTORIES",
    "SCHEMA",
    "account_workers",
    "accounts",
    "assignment_history",
    "assignments",
    "changesets",
    "cleaning_rules",
    "county",
    "coverage_days",
    "coverage_rules",
    "data_versions",
    "deployment",
    "facilities",
    "facility_history",
    "facility_levels",
    "field_maps",
    "grid_codes",
    "grid_versions",
    "grids",
    "hazard_zone_history",
    "hazard_zones",
    "household_history",
    "households",
    "import_runs",
    "inspection_findings",
    "inspection_photos",
    "inspections",
    "jobs",
    "journal_entries",
    "journal_head",
    "lineage",
    "metadata",
    "post_history",
    "posts",
    "redraw_moves",
    "redraw_sheets",
    "redraw_steps",
    "redraws",
    "rhythms",
    "risk_kinds",
    "risk_site_history",
    "risk_sites",
    "roles",
    "roles_given",
    "scope_key",
    "seasons",
    "sessions",
    "sign_ins",
    "site_keepers",
    "tier_rules",
    "tiers",
    "tile_shapes",
    "unsettled",
    "unwritten_changes",
    "visit_quotas",
    "visits",
    "waivers",
    "worker_history",
    "workers",
    "workload_weights",
]
