"""What an import did or would do: counts for each noun, findings, time; as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo_grid.checks.finding import Finding
from geo_grid.errors import Refused
from geo_grid.intake.diff import Diff
from geo_grid.intake.tally import Tally

if TYPE_CHECKING:
    from geo_grid.intake.clean import Cleaning
    from geo_grid.intake.retire import Gone

#: Findings of one rule written out in a text; the rest is counted.
MOST_SHOWN = 20


class NotClean(Refused):
    """The files may not come in as they are; `findings` says why, row by row.

    `gone` is what stands and is not in the files, by noun, as far as that is known.
    """

    def __init__(
        self,
        findings: Sequence[Finding],
        cleaning: Cleaning | None = None,
        gone: Mapping[str, Gone] | None = None,
    ) -> None:
        self.findings, self.cleaning, self.gone = list(findings), cleaning, gone or {}
        faults = [finding for finding in self.findings if finding.severity == "error"]
        first = faults[0]
        more = f", and {len(faults) - 1} more findings" if len(faults) > 1 else ""
        hint = f": {first.hint}" if first.hint else ""
        super().__init__(f"nothing was imported: {first.where}: {first.message}{hint}{more}")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcome of an import; `written` is False for a dry run and where nothing had changed."""

    tallies: Mapping[str, Tally]
    findings: Sequence[Finding] = ()
    moved_households: int = 0
    seconds: float = 0.0
    written: bool = False
    stages: Mapping[str, float] = field(default_factory=dict)
    diff: Diff = field(default_factory=Diff)
    cleaning: Cleaning | None = None

    @property
    def changed(self) -> int:
        """How many rows are new or changed."""
        return sum(tally.new + tally.changed + tally.retired for tally in self.tallies.values()) + self.moved_households

    def to_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {
            "changed": self.changed,
            "written": self.written,
            "nouns": {
                noun: {
                    "new": tally.new,
                    "changed": tally.changed,
                    "unchanged": tally.unchanged,
                    "retired": tally.retired,
                }
                for noun, tally in self.tallies.items()
            },
            "households_moved": self.moved_households,
            "diff": self.diff.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
            "seconds": round(self.seconds, 3),
            "stages": {stage: round(seconds, 3) for stage, seconds in self.stages.items()},
        }

    def to_text(self, findings: Sequence[str] | None = None) -> str:
        """The report as lines for people; `findings` are the lines of its findings in another language."""
        lines = [
            f"{noun:<12} {tally.new:>8} new {tally.changed:>8} changed {tally.unchanged:>8} unchanged"
            + (f" {tally.retired:>8} retired" if tally.retired else "")
            for noun, tally in self.tallies.items()
        ]
        if self.moved_households:
            lines.append(f"{self.moved_households} households went to another grid")
        lines += self._missing_text()
        verb = "changed" if self.written or not self.changed else "would change"
        lines.append(f"{self.changed} {verb} in {self.seconds:.1f} s")
        return "\n".join([*lines, *(findings_text(self.findings) if findings is None else findings)])

    def _missing_text(self) -> list[str]:
        """What stands and is not in the files, a line for each noun and kind; and what retired grids leave behind."""
        return [line for noun, one in self.diff.nouns.items() for line in missing_text(noun, one.missing)]


def missing_text(noun: str, gone: Gone) -> list[str]:
    """What is missing of one noun, as lines for people."""
    plain = gone.to_json()
    lines = [
        f"{noun:<12} {one['count']:>8} of {one['kind']} not in the files, {one['retired']} of them retired"
        for one in plain["kinds"]  # type: ignore[attr-defined]
    ]
    if beyond := len(gone.things) - len(gone.asked):
        lines.append(f"{noun:<12} {beyond:>8} more not in the files, outside what they surround")
    for one in gone.asked[:MOST_SHOWN] if noun == "grids" else ():
        into = ", ".join(f"{taker.code} ({taker.households} households)" for taker in one.takers)
        ends = f", {one.posts} posts with {one.people} people end" if one.posts else ""
        bare = f"; {one.bare_m2:.0f} m² go to nobody" if one.bare_m2 else ""
        lines.append(f"  {one.code}: {one.households} households{ends}; its ground to {into or 'nobody'}{bare}")
    return lines


def findings_text(findings: Sequence[Finding], told: Sequence[str] | None = None) -> list[str]:
    """The findings as lines, those of one rule together, many of one rule cut short.

    `told` are their lines in another language.
    """
    said = [finding.to_line() for finding in findings] if told is None else told
    counts = Counter(finding.rule for finding in findings)
    lines = []
    for rule, count in counts.items():
        same = [line for finding, line in zip(findings, said, strict=True) if finding.rule == rule]
        lines += same[:MOST_SHOWN]
        if count > MOST_SHOWN:
            lines.append(
                f"… and {count - MOST_SHOWN} more of rule {rule}"
                if told is None
                else f"…… 另有 {count - MOST_SHOWN} 个同类问题"
            )
    return lines
