"""What the formula needs to know of a leaf beside its households."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from geo_grid.vocabulary import RiskKind

#: Seasons in which some sites are visited weekly (source county: floods June–September, fires October–May).
FLOOD_MONTHS, FIRE_MONTHS = frozenset({6, 7, 8, 9}), frozenset({10, 11, 12, 1, 2, 3, 4, 5})
FLOOD_KINDS = frozenset({RiskKind.RIVER, RiskKind.GULLY, RiskKind.DAM, RiskKind.SLOPE})
WEEKLY, MONTHLY = 4.0, 1.0


def visits_a_month(kind: RiskKind, day: date) -> float:
    """How often a site is visited in the month of a day: weekly in its kind's season, else monthly."""
    in_flood = kind in FLOOD_KINDS and day.month in FLOOD_MONTHS
    in_fire = kind is RiskKind.FOREST and day.month in FIRE_MONTHS
    return WEEKLY if in_flood or in_fire else MONTHLY


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """The ground of a leaf, how many risk sites of each kind touch it, and its open matters."""

    area_m2: float
    sites: Mapping[RiskKind, int] = field(default_factory=dict)
    matters: int = 0
