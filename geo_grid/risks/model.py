"""A risk site as it is to be written."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.vocabulary import RiskKind


@dataclass(frozen=True, slots=True)
class RiskSite:
    """A point, line or area under inspection; `geom` is hexadecimal EWKB, `note` None where none was given."""

    code: str
    name: str
    kind: RiskKind
    note: str | None
    geom: str
