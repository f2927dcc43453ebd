"""The layers of the one tile: what is in each and from which zoom on."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.vocabulary import Tier

MAX_ZOOM = 22
EXTENT = 4096


@dataclass(frozen=True, slots=True)
class TileLayer:
    """A layer of the tile, its first zoom and the properties its features carry."""

    name: str
    min_zoom: int
    properties: tuple[str, ...]


#: First zoom at which the borders of a tier are told from one another on the screen.
TIER_ZOOMS = {Tier.TOTAL: 0, Tier.SUB: 8, Tier.BRANCH: 11, Tier.GROUP: 11, Tier.MICRO: 12, Tier.SPECIAL: 12}
#: First zoom at which the names of a tier find room.
LABEL_ZOOMS = {Tier.TOTAL: 7, Tier.SUB: 11, Tier.BRANCH: 13, Tier.GROUP: 13, Tier.MICRO: 14, Tier.SPECIAL: 14}


@dataclass(frozen=True, slots=True)
class Band:
    """A span of zooms that share one simplification, `tolerance_m` in web Mercator metres; 0 keeps every vertex."""

    number: int
    max_zoom: int
    tolerance_m: float


#: Each keeps what is wider than about one screen pixel (256 px a tile) at the closest zoom of its band.
BANDS = (
    Band(1, 8, 800.0),
    Band(2, 10, 150.0),
    Band(3, 11, 76.0),
    Band(4, 12, 38.0),
    Band(5, 14, 9.5),
    Band(6, MAX_ZOOM, 0.0),
)

#: `rem` is true or absent; the `code` of a cell comes from zoom 10 on, its `name` from zoom 12 on.
LAYERS: tuple[TileLayer, ...] = (
    TileLayer("cells", 0, ("id", "code", "tier", "hh", "hc", "posts", "filled", "rem", "name")),
    *(TileLayer(tier.code.lower(), zoom, ("id", "code", "name")) for tier, zoom in TIER_ZOOMS.items()),
    TileLayer("households", 13, ("id", "has_contact")),
    TileLayer("risk_sites", 11, ("id", "code", "name", "kind")),
    TileLayer("facilities", 11, ("id", "code", "name", "level")),
    TileLayer("workers", 12, ("id", "code", "tier", "role", "posts", "filled")),
    TileLayer("labels", 7, ("id", "code", "name", "tier")),
)


def band_of(z: int) -> int:
    """The number of the band of shapes that zoom `z` is drawn from."""
    return next(band.number for band in BANDS if z <= band.max_zoom)


def outlined_tiers(z: int) -> tuple[Tier, ...]:
    """The tiers with a layer of their own at zoom `z`, widest first."""
    return tuple(tier for tier, zoom in TIER_ZOOMS.items() if z >= zoom)


def labelled_tiers(z: int) -> tuple[Tier, ...]:
    """The tiers whose names are shown at zoom `z`, widest first."""
    return tuple(tier for tier, zoom in LABEL_ZOOMS.items() if z >= zoom)
