"""A finding: what is wrong in data, where, whom it touches and what to do; bad data is never an exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in data.

    `rule` is the rule's name; `where` a file with its row or a grid's code; `households` how many it touches;
    `point` is (lon, lat) where the fault has a place. An "error" breaks an invariant, a "warning" does not.
    """

    rule: str
    where: str
    message: str
    hint: str = ""
    households: int = 0
    severity: Severity = "error"
    point: tuple[float, float] | None = None

    def to_json(self) -> dict[str, object]:
        """The finding as plain values."""
        return asdict(self)

    def to_line(self) -> str:
        """The finding as one line of text."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.severity}: {self.where}: {self.message}{hint}"


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that break an invariant."""
    return [finding for finding in findings if finding.severity == "error"]
