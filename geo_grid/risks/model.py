"""A risk site as it is to be written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RiskSite:
    """A point, line or area under inspection.

    `kind` is the code of one, `geom` hexadecimal EWKB, `note` None where none was given.
    """

    code: str
    name: str
    kind: str
    note: str | None
    geom: str
