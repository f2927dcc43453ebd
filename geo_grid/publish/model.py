"""The values that the map page, the command line and the tile endpoint are given to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

Bounds = tuple[float, float, float, float]
"""(west, south, east, north) in degrees of longitude and latitude."""


@dataclass(frozen=True, slots=True)
class TileAnswer:
    """One tile with the map version it was made from; `body` is a gzipped Mapbox vector tile, `srid` the county's."""

    version: int
    z: int
    x: int
    y: int
    body: bytes
    empty: bool = False
    srid: int | None = None

    @property
    def etag(self) -> str:
        """The quoted entity tag: the same tag always means the same bytes."""
        return f'"{self.version}-{self.z}-{self.x}-{self.y}"'


@dataclass(frozen=True, slots=True)
class PrepareReport:
    """How many shapes were prepared for how many grids, and how long it took."""

    grids: int
    shapes: int
    vertices: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Crumb:
    """One grid on the way from the widest tier down."""

    code: str
    name: str
    tier: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A post of a grid and who fills it; the worker's fields are None while it is vacant. `phone` is masked."""

    grid: Crumb
    role: str
    seat: int
    worker_code: str | None
    worker_name: str | None
    phone: str | None
    since: date | None
    until: date | None
    """The first day on which the worker is no longer in the post, as in the files; None while no end is set."""

    @property
    def filled(self) -> bool:
        """Whether somebody is in the post."""
        return self.worker_code is not None


@dataclass(frozen=True, slots=True)
class SiteRef:
    """A risk site by code, name and kind."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class FacilityRef:
    """A facility by code, name, level and address."""

    code: str
    name: str
    level: str
    address: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """A grid of the same tier under the same parent, with its households."""

    code: str
    name: str
    households: int


@dataclass(frozen=True, slots=True)
class GridSummary:
    """All that the side panel shows of a grid; counts are of its whole extent, its children included."""

    id: int
    code: str
    tier: str
    name: str
    is_leaf: bool
    breadcrumbs: tuple[Crumb, ...]
    """From the widest tier down to the grid itself."""
    area_m2: float
    perimeter_m: float
    households: int
    persons: int
    contacted: int
    """Households that have a contact."""
    descendants: dict[str, int]
    """Grids below this one, by tier; tiers without any are left out."""
    posts: tuple[Seat, ...]
    leader: Seat | None
    """The nearest filled post of a grid leader, from this grid upward."""
    risk_sites: tuple[SiteRef, ...]
    risk_site_count: int
    facilities: tuple[FacilityRef, ...]
    facility_count: int
    siblings: tuple[Sibling, ...]
    """The grid itself among its siblings, most households first; at most 12, those nearest to it in that order."""
    sibling_count: int
    sibling_mean: float
    """Households per sibling, the grid itself included."""
    bounds: Bounds
    geometry: dict[str, Any]
    """GeoJSON in longitude and latitude, 7 digits."""


@dataclass(frozen=True, slots=True)
class TierCount:
    """A tier with the number of its current grids."""

    tier: str
    grids: int


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind of risk site with the number of its sites."""

    kind: str
    sites: int


@dataclass(frozen=True, slots=True)
class TierTree:
    """The county in figures, for the legend and the status bar; `bounds` is None while it has no grid."""

    version: int
    name: str
    srid: int
    bounds: Bounds | None
    tiers: tuple[TierCount, ...]
    households: int
    persons: int
    contacted: int
    unplaced: int
    """Households on ground that no leaf owns."""
    workers: int
    posts: int
    posts_filled: int
    risk_sites: tuple[KindCount, ...]
    facilities: int
    micro_without_worker: int
    """Micro grids in which no post is filled."""

    @property
    def posts_vacant(self) -> int:
        """Posts that nobody fills."""
        return self.posts - self.posts_filled


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One line of the lazy tree of grids."""

    id: int
    code: str
    name: str
    tier: str
    children: int
    households: int
    contacted: int


@dataclass(frozen=True, slots=True)
class HouseholdSummary:
    """An address point with its chain of grids and its contact; phones are masked."""

    id: int
    code: str
    address: str
    persons: int | None
    phone: str | None
    breadcrumbs: tuple[Crumb, ...]
    contact_code: str | None
    contact_name: str | None
    contact_phone: str | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class RiskSiteSummary:
    """A risk site with the cells it lies in and who leads there."""

    id: int
    code: str
    name: str
    kind: str
    note: str
    grids: tuple[Crumb, ...]
    """The grids whose own ground it touches, at most 50."""
    leader: Seat | None
    geometry: dict[str, Any]
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing a search found; `kind` is grid, worker, risk_site, facility or household."""

    kind: str
    code: str
    title: str
    subtitle: str
    grid: str | None
    """The code of the grid to open: itself, the worker's first post's, the household's."""
    id: int
    lon: float | None
    """None, as `lat` and `bounds`, for a worker who is in no post."""
    lat: float | None
    bounds: Bounds | None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class Breaks:
    """The upper limits of the classes of each choropleth, without the last, open one."""

    contacted_share: tuple[float, ...]
    """Households with a contact ÷ households."""
    households: tuple[int, ...]
    """Households per leaf."""
    filled_share: tuple[float, ...]
    """Posts filled ÷ posts."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who is responsible at a place on a day."""

    lon: float
    lat: float
    at: date
    grids: tuple[Crumb, ...]
    """From the grid that owns the ground up to the widest tier; a special grid therefore comes first."""
    seats: tuple[Seat, ...]
    """The posts of those grids, in the same order, vacant ones included."""
    risk_sites: tuple[SiteRef, ...]
    """The risk sites that touch the ground of the first grid, nearest first, at most 20."""
    facilities: tuple[FacilityRef, ...]
    """Of each level the one in the narrowest of those grids that has one, the nearest if several."""
