"""The words of `geo-grid import` about tiers, fields and repairs, as options of the importer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_grid.errors import BadInput

if TYPE_CHECKING:
    from geo_grid.intake import Options
    from geo_grid.intake.choices import Choices
    from geo_grid.intake.clean import CleaningRules
    from geo_grid.vocabulary import Tier

Tiers = Annotated[
    list[str] | None,
    typer.Option(
        help="The tier of all grids in the files, as MICRO or 微网格; or of one file's, as villages=GROUP.",
        metavar="[FILE=]TIER",
    ),
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        help="Which column is which field of ours, as code=网格代码; in one file alone, as villages:code=VILLCODE.",
        metavar="[FILE:]OURS=THEIRS",
    ),
]
AcceptRepairs = Annotated[bool, typer.Option("--accept-repairs", help="Accept every repair that the files need.")]
Accept = Annotated[
    list[str] | None,
    typer.Option(help="Accept the repairs of one kind, as crack or overlap, or one repair by its id.", metavar="KIND"),
]
Lead = Annotated[
    str | None,
    typer.Option(
        help="The tier whose lines lead in repairs, as SUB or 分网格: narrower grids are cut and extended to them "
        "(default: the narrowest tier, which wider ones follow)."
    ),
]
Snap = Annotated[
    float | None,
    typer.Option(help="Lines nearer than this are one: wider overlaps ask (default: as for gaps).", metavar="M"),
]
CloseGaps = Annotated[
    float | None,
    typer.Option(help="Gaps up to this width are closed (default: 1.5 × the 99th percentile measured).", metavar="M"),
]
Overlap = Annotated[
    str | None, typer.Option(help="Who gets ground that two grids claim: code (the lower one), larger or smaller.")
]


Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        help="Settle an overlap (larger, smaller, to:CODE, redraw) or a gap (keep, neighbour, new, to:CODE, redraw), "
        "or a difference between tiers (children, parent, redraw), by its id or for the kind, as overlap=larger.",
        metavar="ID=ANSWER",
    ),
]
Rules = Annotated[
    str | None,
    typer.Option(
        "--rules", help="Repair by the rules kept under this name (`geo-grid rules`); other options go before them."
    ),
]
Complete = Annotated[
    list[str] | None,
    typer.Option(
        help="The files are complete for these nouns: what they no longer hold is retired. Nouns (grids, households, "
        "posts, risk-sites, facilities), kinds (grids:MICRO, posts:CONTACT) or single things (grids=CODE), by commas; "
        "grids@within means those that lie in what the files surround.",
        metavar="NOUNS",
    ),
]


@dataclass(frozen=True, slots=True)
class RepairWords:
    """What the command says of repairs."""

    everything: bool = False
    accept: Sequence[str] = ()
    lead: str | None = None
    snap: float | None = None
    close_gaps: float | None = None
    overlap: str | None = None
    answers: Sequence[str] = ()
    kept: CleaningRules | None = None

    def rules(self) -> CleaningRules:
        """The rules of cleaning: those kept under a name, and what is said besides. Raises `BadInput`."""
        from geo_grid.intake.clean import ALL, CleaningRules

        kept = self.kept or CleaningRules()
        said = {"lead": self.lead, "snap_m": self.snap, "close_gaps_m": self.close_gaps, "overlap": self.overlap}
        return CleaningRules.from_json(
            {
                **kept.to_json(),
                **{rule: word for rule, word in said.items() if word is not None},
                "answers": {**kept.answers, **dict(_answer(said) for said in self.answers)},
                "accepted": [*self.accept, *([ALL] if self.everything else [])],
            }
        )


def _answer(said: str) -> tuple[str, str]:
    """What is answered, and the answer. Raises `BadInput`."""
    fault, equals, word = said.partition("=")
    if not (fault and equals and word):
        raise BadInput(f"--answer {said} is not of the form fault=answer, as overlap=larger")
    return fault, word


def options_of(
    tiers: Sequence[str],
    fields: Sequence[str],
    encoding: str | None,
    crs: str | None,
    holds: str | None,
    repairs: RepairWords,
    paths: Sequence[Path],
) -> Options:
    """The command's words as options. Raises `BadInput`."""
    from geo_grid.intake import Options
    from geo_grid.intake.fields import Noun

    if holds is not None and holds not in {noun.value for noun in Noun}:
        raise BadInput(f"there is no noun {holds}: --as takes one of {', '.join(noun.value for noun in Noun)}")
    tier: Tier | None = None
    of_file: dict[str, Tier] = {}
    for said in tiers:
        file, equals, word = said.rpartition("=")
        if equals:
            of_file[file] = _tier(word)
        else:
            tier = _tier(word)
    everywhere, in_file = _fields(fields)
    choices = _choices(of_file, in_file, paths)
    return Options(tier, everywhere, encoding, crs, holds, choices=choices, repairs=repairs.rules())


def _choices(tiers: dict[str, Tier], fields: dict[str, dict[str, str]], paths: Sequence[Path]) -> Choices:
    """What is said of single files, which go by their names with or without the ending. Raises `BadInput`."""
    from geo_grid.intake.choices import Choices, LayerChoice
    from geo_grid.intake.field_map import FieldMap

    layers = {}
    for name in sorted({*tiers, *fields}):
        source = next((path.name for path in paths if name in {path.stem, path.name}), name)
        columns = fields.get(name, {})
        if "code" not in columns and "name" not in columns:
            raise BadInput(f"say which column of {name} is the code or the name too, as --field {name}:code=CODE")
        layers[source] = LayerChoice(map=FieldMap("grids", columns, tiers.get(name)))
    return Choices(layers=layers)


def _tier(word: str) -> Tier:
    """The tier that a word names."""
    from geo_grid.grids import tier_named
    from geo_grid.vocabulary import Tier

    named = tier_named(word)
    if named is None:
        known = ", ".join(f"{one.code} ({one.zh})" for one in Tier)
        raise BadInput(f"there is no tier {word}: --tier takes one of {known}")
    return named


def _fields(fields: Sequence[str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The fields said of all files, and those said of one."""
    everywhere: dict[str, str] = {}
    in_file: dict[str, dict[str, str]] = {}
    for pair in fields:
        said, equals, theirs = pair.partition("=")
        file, _, ours = said.rpartition(":")
        if not (ours and equals and theirs):
            raise BadInput(f"--field {pair} is not of the form ours=theirs, as code=网格代码")
        (in_file.setdefault(file, {}) if file else everywhere)[ours] = theirs
    return everywhere, in_file
