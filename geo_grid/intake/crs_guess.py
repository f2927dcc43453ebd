"""Which CRS a layer is in: the file's own word and every other reading of its coordinates, each weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.sighting import Certainty


@dataclass(frozen=True, slots=True)
class CrsCandidate:
    """One reading of a layer's coordinates.

    `crs` is what `Options.crs` takes ("EPSG:4546", WKT, "GCJ-02", "BD-09", any of them with ";swapped"), `name` says
    it to people. Of `total` sampled coordinates `inside` lie in the county's outline (or, with no county yet, where
    a county can be); of `coded` rows whose code names a known grid `agree` lie in that grid. `shift_m` is how far the
    layer moves from where `CrsGuess.chosen` puts it, `bounds` its box (west, south, east, north) in lon/lat.
    `note` warns of it: "", "datum_unknown" or "web_map".
    """

    crs: str
    name: str
    inside: int = 0
    total: int = 0
    agree: int = 0
    coded: int = 0
    shift_m: float | None = None
    bounds: tuple[float, float, float, float] | None = None
    note: str = ""

    def to_json(self) -> dict[str, object]:
        """The candidate as plain values."""
        return {
            "crs": self.crs,
            "name": self.name,
            "inside": self.inside,
            "total": self.total,
            "agree": self.agree,
            "coded": self.coded,
            "shift_m": None if self.shift_m is None else round(self.shift_m, 1),
            "bounds": None if self.bounds is None else [round(value, 7) for value in self.bounds],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """The likeliest CRS of a layer, the others, and why.

    `chosen` is None where no reading puts the layer anywhere sensible. `reason` is one sentence, `rule` its name and
    `says` its form with %(places) for `facts`. `said` is what the file claims. `findings` must be shown; an error
    among them means that nothing may be imported before somebody has named the CRS.
    """

    chosen: CrsCandidate | None
    candidates: tuple[CrsCandidate, ...]
    certainty: Certainty
    rule: str
    reason: str
    says: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    said: str | None = None
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The guess as plain values."""
        return {
            "chosen": None if self.chosen is None else self.chosen.to_json(),
            "candidates": [one.to_json() for one in self.candidates],
            "certainty": self.certainty,
            "rule": self.rule,
            "reason": self.reason,
            "says": self.says,
            "facts": dict(self.facts),
            "said": self.said,
            "findings": [finding.to_json() for finding in self.findings],
        }
