"""What an import did or would do: counts for each noun, findings, time; as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo_grid.checks.finding import Finding
from geo_grid.errors import Refused
from geo_grid.intake.diff import Diff
from geo_grid.intake.tally import Tally

if TYPE_CHECKING:
    from geo_grid.intake.clean import Cleaning
    from geo_grid.intake.retire import Gone

#: Gives a sentence in another language, as it is where nothing is known.
Translate = Callable[[str], str]
#: What a report says, for translating.
SAID = {
    "tally": "%(noun)-12s %(new)8d new %(changed)8d changed %(unchanged)8d unchanged",
    "retired": " %(retired)8d retired",
    "moved": "%(households)d households went to another grid",
    "changed": "%(rows)d changed in %(seconds).1f s",
    "would_change": "%(rows)d would change in %(seconds).1f s",
    "missing": "%(noun)-12s %(count)8d of %(kind)s not in the files, %(retired)s of them retired",
    "beyond": "%(noun)-12s %(count)8d more not in the files, outside what they surround",
    "gone": "  %(code)s: %(households)d households%(ends)s; its ground to %(takers)s%(bare)s",
    "taker": "%(code)s (%(households)d households)",
    "nobody": "nobody",
    "posts_end": ", %(posts)d posts with %(people)s people end",
    "bare": "; %(area).0f m² go to nobody",
    "dry_run": "dry run: nothing was written",
}
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

    def to_text(self, findings: Sequence[str] | None = None, translate: Translate = str) -> str:
        """The report as lines for people, in the language of `translate`; `findings` are the lines of its findings."""
        lines = [_tally_line(noun, tally, translate) for noun, tally in self.tallies.items()]
        if self.moved_households:
            lines.append(translate(SAID["moved"]) % {"households": self.moved_households})
        lines += [line for noun, one in self.diff.nouns.items() for line in missing_text(noun, one.missing, translate)]
        sum_up = SAID["changed" if self.written or not self.changed else "would_change"]
        lines.append(translate(sum_up) % {"rows": self.changed, "seconds": self.seconds})
        return "\n".join([*lines, *(findings_text(self.findings) if findings is None else findings)])


def _tally_line(noun: str, tally: Tally, translate: Translate) -> str:
    """What becomes of one noun, as a line for people."""
    counts = {"new": tally.new, "changed": tally.changed, "unchanged": tally.unchanged, "retired": tally.retired}
    line = translate(SAID["tally"]) % {"noun": called(noun, translate), **counts}
    return line + (translate(SAID["retired"]) % counts if tally.retired else "")


def called(noun: str, translate: Translate) -> str:
    """What people call the things of a noun."""
    return translate(f"noun:{noun}").removeprefix("noun:")


def missing_text(noun: str, gone: Gone, translate: Translate = str) -> list[str]:
    """What is missing of one noun, as lines for people."""
    plain, name = gone.to_json(), called(noun, translate)
    lines = [translate(SAID["missing"]) % {"noun": name, **one} for one in plain["kinds"]]  # type: ignore[attr-defined]
    if beyond := len(gone.things) - len(gone.asked):
        lines.append(translate(SAID["beyond"]) % {"noun": name, "count": beyond})
    for one in gone.asked[:MOST_SHOWN] if noun == "grids" else ():
        takers = [translate(SAID["taker"]) % {"code": to.code, "households": to.households} for to in one.takers]
        facts = {
            "code": one.code,
            "households": one.households,
            "takers": ", ".join(takers) or translate(SAID["nobody"]),
            "posts": one.posts,
            "people": one.people,
            "area": one.bare_m2,
        }
        ends = translate(SAID["posts_end"]) % facts if one.posts else ""
        bare = translate(SAID["bare"]) % facts if one.bare_m2 else ""
        lines.append(translate(SAID["gone"]) % (facts | {"ends": ends, "bare": bare}))
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
