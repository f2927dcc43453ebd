"""Risk sites: points, lines and areas under inspection."""

from geo_grid.risks.edit import SiteDraft, add_site, change_site, demand_site, remove_site
from geo_grid.risks.kinds import (
    PRESET_KINDS,
    SYMBOLS,
    KindDraft,
    KindInUse,
    SiteKind,
    add_kind,
    change_kind,
    kind_of_code,
    read_kinds,
    remove_kind,
)
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
    "PRESET_KINDS",
    "SYMBOLS",
    "KindDraft",
    "KindInUse",
    "RiskSite",
    "Site",
    "SiteDraft",
    "SiteImage",
    "SiteKind",
    "SiteParts",
    "add_kind",
    "add_site",
    "change_kind",
    "change_site",
    "compare_risk_sites",
    "demand_site",
    "differing_risk_sites",
    "kind_of_code",
    "kinds_of_risk_sites",
    "read_kinds",
    "read_shapes",
    "read_site_parts",
    "read_site_past",
    "remove_kind",
    "remove_risk_sites",
    "remove_site",
    "stage_risk_sites",
    "write_risk_sites",
]
