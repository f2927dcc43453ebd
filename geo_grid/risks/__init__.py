"""Risk sites: points, lines and areas under inspection."""

from geo_grid.risks.edit import SiteDraft, add_site, change_site, demand_site, remove_site
from geo_grid.risks.model import RiskSite
from geo_grid.risks.sites import Site, SiteImage, SiteParts
from geo_grid.risks.store import (
    compare_risk_sites,
    differing_risk_sites,
    kinds_of_risk_sites,
    read_shapes,
    read_site_parts,
    read_site_past,
    remove_risk_sites,
    stage_risk_sites,
    write_risk_sites,
)

__all__ = [
    "RiskSite",
    "Site",
    "SiteDraft",
    "SiteImage",
    "SiteParts",
    "add_site",
    "change_site",
    "compare_risk_sites",
    "demand_site",
    "differing_risk_sites",
    "kinds_of_risk_sites",
    "read_shapes",
    "read_site_parts",
    "read_site_past",
    "remove_risk_sites",
    "remove_site",
    "stage_risk_sites",
    "write_risk_sites",
]
