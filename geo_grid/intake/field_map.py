"""Which column of a layer is which of our fields: as guessed with reasons, and as somebody settled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_grid.checks.finding import Fact
from geo_grid.errors import BadInput
from geo_grid.intake.sighting import Certainty
from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class FieldMap:
    """The columns somebody settled on: `columns` maps our field to theirs; `noun` is a noun's word as in `Options`.

    A map is saved under its `name` and used again for files with the same columns.
    """

    noun: str
    columns: Mapping[str, str] = field(default_factory=dict)
    tier: Tier | None = None
    name: str = ""

    def fits(self, columns: Mapping[str, object]) -> bool:
        """Whether a layer has all the columns that the map names."""
        return bool(self.columns) and set(self.columns.values()) <= set(columns)

    def to_json(self) -> dict[str, object]:
        """The map as plain values."""
        return {
            "name": self.name,
            "noun": self.noun,
            "tier": None if self.tier is None else self.tier.code,
            "columns": dict(self.columns),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> FieldMap:
        """The map of plain values; raises `BadInput` for values that `to_json` never writes."""
        try:
            tier = None if plain.get("tier") is None else Tier[plain["tier"]]
            columns = {str(ours): str(theirs) for ours, theirs in plain["columns"].items()}
            return cls(str(plain["noun"]), columns, tier, str(plain.get("name", "")))
        except (KeyError, AttributeError, TypeError) as wrong:
            raise BadInput.of("this is no field map: save it again from the fields page") from wrong


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """The column taken for one of our fields (None: none was found), how certain that is, and why.

    `reason` is one sentence, `rule` its name and `says` its form with %(places) for `facts`.
    """

    ours: str
    column: str | None
    certainty: Certainty
    rule: str
    reason: str
    says: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """The choice as plain values."""
        return {
            "ours": self.ours,
            "column": self.column,
            "certainty": self.certainty,
            "rule": self.rule,
            "reason": self.reason,
            "says": self.says,
            "facts": dict(self.facts),
        }


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """What a layer seems to hold: its noun (None: unknown), its tier (None: several, or unknown), and every field."""

    noun: str | None
    tier: Tier | None
    choices: tuple[FieldChoice, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Our fields to theirs, those that were found."""
        return {choice.ours: choice.column for choice in self.choices if choice.column is not None}

    @property
    def taken(self) -> dict[str, str]:
        """Our fields to theirs, those that are certain enough to be used before anybody has looked at them."""
        sure = (choice for choice in self.choices if choice.certainty != "unsure")
        return {choice.ours: choice.column for choice in sure if choice.column is not None}

    def to_json(self) -> dict[str, object]:
        """The guess as plain values."""
        return {
            "noun": self.noun,
            "tier": None if self.tier is None else self.tier.code,
            "choices": [choice.to_json() for choice in self.choices],
            "unused": list(self.unused),
        }
