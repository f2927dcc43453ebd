"""What the formula needs to know of a leaf beside its households."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from geo_grid.inspections import Rhythms
from geo_grid.vocabulary import Tier

#: A month in days, for telling how often something of so many days comes round.
MONTH_DAYS = 30.4


def visits_a_month(rhythms: Rhythms, kind: str, day: date) -> float:
    """How often a site of a kind is inspected in the season of a day, by the narrowest tier that then inspects it."""
    for tier in reversed(Tier):
        every = rhythms.every(kind, tier, day)
        if every is not None:
            return MONTH_DAYS / every
    return 0.0


@dataclass(frozen=True, slots=True)
class LeafFacts:
    """The ground of a leaf, how many risk sites of each kind touch it, and its open matters."""

    area_m2: float
    sites: Mapping[str, int] = field(default_factory=dict)
    matters: int = 0
