"""What was seen in files that somebody wants to import, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from geo_grid.checks.finding import Finding

#: "told": the user named it; "certain": nothing else reads; "likely": something else reads, but worse; "unsure": ask.
Certainty = Literal["told", "certain", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts of a file look in one encoding.

    `encoding` is a codec's name, as `Options.encoding` takes it; `label` is its name for people. `score` is how much
    the text looks like something people write, from 0 to 1.
    """

    encoding: str
    label: str
    examples: tuple[str, ...] = ()
    score: float = 0.0

    def to_json(self) -> dict[str, object]:
        """The reading as plain values."""
        return {
            "encoding": self.encoding,
            "label": self.label,
            "examples": list(self.examples),
            "score": round(self.score, 3),
        }


@dataclass(frozen=True, slots=True)
class EncodingGuess:
    """In which encoding a layer's text is, and why.

    `said` is what the file claims (its .cpg, else the language byte of its .dbf), None when it claims nothing.
    `alternatives` are the other encodings that read the text, the likeliest first, with the same examples as
    `chosen`. `reason` is one sentence, `says` the same with %(places) for `facts`, and `rule` its name.
    """

    chosen: Reading
    certainty: Certainty
    rule: str
    reason: str
    says: str = ""
    said: str | None = None
    alternatives: tuple[Reading, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The guess as plain values."""
        return {
            "chosen": self.chosen.to_json(),
            "certainty": self.certainty,
            "rule": self.rule,
            "reason": self.reason,
            "says": self.says,
            "said": self.said,
            "alternatives": [one.to_json() for one in self.alternatives],
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field of a layer: its name, what its values are ("text", "number", "date" or "empty"), and some of them."""

    name: str
    kind: str
    examples: tuple[str, ...] = ()
    blank: int = 0
    distinct: int = 0

    def to_json(self) -> dict[str, object]:
        """The field as plain values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "examples": list(self.examples),
            "blank": self.blank,
            "distinct": self.distinct,
        }


@dataclass(frozen=True, slots=True)
class LayerSeen:
    """One layer of a file.

    `file` is the file's name, `source` how messages name the layer, `geometry` the number of rows of each geometry
    type ("none" for rows without one), `crs_said` the text of the .prj or the file's own word, `bounds` (west, south,
    east, north) in the file's own coordinates. `crs` and `field_map` are guesses that somebody must look at.
    """

    file: str
    source: str
    name: str
    rows: int
    geometry: Mapping[str, int] = field(default_factory=dict)
    fields: tuple[FieldSeen, ...] = ()
    first_rows: tuple[Mapping[str, str], ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    crs_said: str | None = None
    encoding: EncodingGuess | None = None
    findings: tuple[Finding, ...] = ()
    crs: Any = None
    field_map: Any = None

    def to_json(self) -> dict[str, object]:
        """The layer as plain values."""
        return {
            "file": self.file,
            "source": self.source,
            "name": self.name,
            "rows": self.rows,
            "geometry": dict(self.geometry),
            "fields": [one.to_json() for one in self.fields],
            "first_rows": [dict(row) for row in self.first_rows],
            "bounds": list(self.bounds) if self.bounds else None,
            "crs_said": self.crs_said,
            "encoding": _plain(self.encoding),
            "findings": [finding.to_json() for finding in self.findings],
            "crs": _plain(self.crs),
            "field_map": _plain(self.field_map),
        }


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A file that is not read: which, and the sentence that says why and what to do.

    `says` is the sentence with %(places) for `facts`, for translating, without the name of the file.
    """

    file: str
    reason: str
    says: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The refusal as plain values."""
        return {"file": self.file, "reason": self.reason, "says": self.says, "facts": dict(self.facts)}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen in all files: the layers that can be read, and the files that cannot."""

    layers: tuple[LayerSeen, ...] = ()
    refused: tuple[FileRefused, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The sighting as plain values."""
        return {
            "layers": [layer.to_json() for layer in self.layers],
            "refused": [one.to_json() for one in self.refused],
        }


def _plain(value: Any) -> Any:
    """The value as JSON takes it: by its own `to_json` where it has one."""
    return value.to_json() if hasattr(value, "to_json") else value
