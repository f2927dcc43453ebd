"""The inspection rhythms that a county begins with."""

from __future__ import annotations

from geo_grid.vocabulary import RiskKind, Season, Tier

#: (kind, days between inspections by the village in the flood and in the fire season, then by the township).
_PRESETS: tuple[tuple[RiskKind, int, int, int, int], ...] = (
    (RiskKind.FOREST, 30, 7, 90, 30),
    (RiskKind.FARMLAND, 30, 30, 90, 90),
    (RiskKind.ROAD, 14, 30, 60, 90),
    (RiskKind.WELL, 30, 30, 90, 90),
    (RiskKind.MINE, 14, 14, 30, 30),
    (RiskKind.RIVER, 7, 30, 30, 90),
    (RiskKind.GULLY, 7, 30, 30, 90),
    (RiskKind.DAM, 7, 30, 15, 60),
    (RiskKind.SLOPE, 7, 30, 30, 90),
    (RiskKind.BUILDING, 14, 30, 60, 90),
    (RiskKind.OTHER, 30, 30, 90, 90),
)

#: Days between two inspections of a part of a site, by kind, by the tier that inspects, and by season.
RHYTHMS: dict[tuple[str, Tier, Season], int] = {
    (kind.code, tier, season): days
    for kind, *all_days in _PRESETS
    for (tier, season), days in zip(
        ((tier, season) for tier in (Tier.SUB, Tier.TOTAL) for season in (Season.FLOOD, Season.FIRE)),
        all_days,
        strict=True,
    )
}
