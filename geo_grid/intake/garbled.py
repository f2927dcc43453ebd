"""Texts that were spoiled before they came here: read in a wrong encoding once, or with characters lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.encoding import CHINESE, languages_of
from geo_grid.intake.noticed import of_rows, shortened
from geo_grid.intake.plausible import plausibility

#: How text is spoiled: bytes of the second encoding were read as the first.
_MISREADINGS = (("cp1252", CHINESE), ("iso8859-1", CHINESE), (CHINESE, "utf-8"), ("cp1252", "utf-8"))
#: The logarithm of odds from which on the other reading must be the right one, and values that are weighed.
_SURE, _MOST_WEIGHED = 10.0, 500
#: What stands where characters were lost: the replacement character, also after it went through GBK, or ??.
_LOST = ("\ufffd", "锟斤拷", "??")


def garbled_findings(columns: Mapping[str, Sequence[str]], source: str) -> list[Finding]:
    """A finding for each field whose text looks spoiled, and for each row that lost characters."""
    findings: list[Finding] = []
    lost: list[tuple[int, dict[str, Fact]]] = []
    for name, values in columns.items():
        if misread := _misread([value for value in dict.fromkeys(values) if not value.isascii()][:_MOST_WEIGHED]):
            facts = {"field": name, "text": shortened(misread[0]), "other": shortened(misread[1])}
            says = "the text of %(field)s was read in a wrong encoding once: %(text)s is probably %(other)s"
            hint = "export the layer again from where it came, in the right encoding"
            findings.append(Finding.of("text_garbled", source, says, hint, facts=facts))
        elif any(mark in value for value in dict.fromkeys(values) for mark in _LOST):
            lost += _losses(name, values)
    says = "%(field)s lost characters before it came here: %(text)s"
    return [*findings, *of_rows("text_lost", source, says, "write the text anew", lost)]


def _losses(name: str, values: Iterable[str]) -> list[tuple[int, dict[str, Fact]]]:
    """The rows (from 1) whose value lost characters."""
    return [
        (row, {"field": name, "text": shortened(value)})
        for row, value in enumerate(values, start=1)
        if any(mark in value for mark in _LOST)
    ]


def _misread(values: Sequence[str]) -> tuple[str, str] | None:
    """The first of the values and what it probably was; None when they look as they should."""
    if not values:
        return None
    text = "\n".join(values)
    own = plausibility(text, languages_of("utf-8"))
    for wrong, right in _MISREADINGS:
        try:
            other = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if other != text and plausibility(other, languages_of(right)) > own + _SURE:
            return values[0], other.partition("\n")[0]
    return None
