"""Risk sites as they stand, and the grids in whose ground each of them lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from geo_grid.risks.kinds.model import SiteKind


@dataclass(frozen=True, slots=True)
class Site:
    """A standing risk site; `since` is the day on which it came, `lon` and `lat` a place on it."""

    id: int
    code: str
    name: str
    kind: SiteKind
    note: str
    since: date
    lon: float = 0.0
    lat: float = 0.0


@dataclass(frozen=True, slots=True)
class SiteImage:
    """What a change left of a site: `op` I, U or D, who did it when and why, and whether its shape changed."""

    op: str
    name: str
    kind: str
    note: str
    at: datetime
    actor: str
    why: str | None
    redrawn: bool


@dataclass(frozen=True)
class SiteParts:
    """All sites, and as pairs (place of the site, code of a grid) the grids whose own ground each one touches."""

    sites: tuple[Site, ...] = ()
    parts: tuple[tuple[int, str], ...] = ()
    by_code: dict[str, Site] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_code.update({site.code: site for site in self.sites})

    def grounds(self) -> dict[str, list[str]]:
        """The grids whose own ground each site touches, by the site's code."""
        found: dict[str, list[str]] = {site.code: [] for site in self.sites}
        for place, grid in self.parts:
            found[self.sites[place].code].append(grid)
        return found
