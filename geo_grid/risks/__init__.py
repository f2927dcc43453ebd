"""Risk sites: points, lines and areas under inspection."""

from geo_grid.risks.model import RiskSite
from geo_grid.risks.store import (
    compare_risk_sites,
    differing_risk_sites,
    read_shapes,
    stage_risk_sites,
    write_risk_sites,
)

__all__ = [
    "RiskSite",
    "compare_risk_sites",
    "differing_risk_sites",
    "read_shapes",
    "stage_risk_sites",
    "write_risk_sites",
]
