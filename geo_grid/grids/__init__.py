"""Grids: their codes, their place in the tiers, their versions."""

from geo_grid.grids.code import FORM, GridCode, child_code
from geo_grid.grids.hierarchy import is_root, may_hold, tier_named
from geo_grid.grids.model import Grid, GridVersion, Net, StandingGrid
from geo_grid.grids.store import (
    county_srid,
    lock_county,
    name_county,
    prove_net,
    read_cells,
    read_codes,
    read_geoms,
    read_ids,
    read_net,
    read_outline,
    read_retired,
    read_standing,
    read_standing_bare,
    rename_grids,
    write_identities,
    write_outline,
    write_versions,
)

__all__ = [
    "FORM",
    "Grid",
    "GridCode",
    "GridVersion",
    "Net",
    "StandingGrid",
    "child_code",
    "county_srid",
    "is_root",
    "lock_county",
    "may_hold",
    "name_county",
    "prove_net",
    "read_cells",
    "read_codes",
    "read_geoms",
    "read_ids",
    "read_net",
    "read_outline",
    "read_retired",
    "read_standing",
    "read_standing_bare",
    "rename_grids",
    "tier_named",
    "write_identities",
    "write_outline",
    "write_versions",
]
