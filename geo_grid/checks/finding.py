"""A finding: what is wrong in data, where, whom it touches and what to do; bad data is never an exception."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import shapely

Severity = Literal["error", "warning"]

#: What a fact in a finding can be.
Fact = str | int | float


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in data, or several of one rule gathered into one.

    `rule` is the rule's name; `where` a file with its row or a grid's code; `households` how many it touches;
    `point` is (lon, lat) where the fault has a place. An "error" breaks an invariant, a "warning" does not.
    `row` is the row's number from 1 in the file that `where` names, `area_m2` the ground it touches, `geometry` the
    hex WKB of the fault itself (the overlap, the gap), in lon/lat like `point`; both are in the county's CRS until
    `in_degrees`. `says` is the English sentence with %(places) for `facts`, for translating (`message` is the two put
    together). `repair` is the id of the repair that would cure it, `count` how many faults it stands for.
    """

    rule: str
    where: str
    message: str
    hint: str = ""
    households: int = 0
    severity: Severity = "error"
    point: tuple[float, float] | None = None
    row: int | None = None
    area_m2: float = 0.0
    geometry: str | None = None
    says: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)
    repair: str | None = None
    count: int = 1

    @classmethod
    def of(cls, rule: str, where: str, says: str, hint: str = "", /, **given: Any) -> Finding:
        """A finding whose message is `says` with its `facts` put in; `given` are the other fields."""
        return cls(rule, where, says % given.get("facts", {}), hint, says=says, **given)

    def to_json(self) -> dict[str, object]:
        """The finding as plain values; its geometry as GeoJSON."""
        plain = asdict(self)
        if self.geometry is not None:
            plain["geometry"] = shapely.geometry.mapping(shapely.from_wkb(self.geometry))
        return plain

    def to_line(self) -> str:
        """The finding as one line of text."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.severity}: {self.where}: {self.message}{hint}"


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that break an invariant."""
    return [finding for finding in findings if finding.severity == "error"]
