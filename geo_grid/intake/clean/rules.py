"""The rules by which layers are cleaned into one partition, as a user chooses them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from geo_grid.errors import BadInput, NotFound
from geo_grid.grids import tier_named
from geo_grid.vocabulary import Tier

#: Who gets an overlap: special grids before others in every case, then the lower code, the larger or the smaller one.
Overlap = Literal["code", "larger", "smaller"]
#: The word for every repair there is.
ALL = "all"
#: Answers to a wide overlap or gap, by the repair's id or kind: the grid with that code, the larger or the smaller one;
#: a gap stays where the rules leave it, goes to the neighbour with the longest border, or becomes a new grid; and for
#: either: it is left to whoever drew it, and nothing comes in before.
TO, LARGER, SMALLER, KEEP, NEIGHBOUR, NEW, REDRAW = "to:", "larger", "smaller", "keep", "neighbour", "new", "redraw"
#: Answers where a wider grid and those in it disagree: the wider one's line leads, or it follows theirs.
PARENT, CHILDREN = "parent", "children"
#: The answers that hold for a whole kind.
BY_KIND = {
    "overlap": (LARGER, SMALLER, REDRAW),
    "gap": (KEEP, NEIGHBOUR, NEW, REDRAW),
    "tier": (CHILDREN, PARENT, REDRAW),
}
#: The longest name under which rules are kept.
MOST_LETTERS = 100
#: The kinds of which a single one can be given to a grid by its code.
_TO_GRID = frozenset({"overlap", "gap"})


@dataclass(frozen=True, slots=True)
class CleaningRules:
    """How layers are cleaned.

    `lead` is the tier whose lines lead: that which divides all ground (None), and wider tiers follow it; or a wider
    one, to whose lines narrower grids are cut and extended. Lines nearer than `snap_m` are taken for one: an overlap up
    to that width is a slip of the hand that goes to whoever comes first, a wider one is asked about (None: as wide as
    the gaps that are closed). Gaps up to `close_gaps_m` wide are closed (None: 1.5 × the 99th percentile of what is
    measured). `overlap` says who gets ground that two grids claim. `accepted` names repairs that somebody has accepted,
    by id or by kind, or all of them by "all". `answers` settle overlaps, gaps and differences between tiers otherwise,
    by id or kind; an answer is an acceptance, but that to redraw.
    """

    lead: Tier | None = None
    snap_m: float | None = None
    close_gaps_m: float | None = None
    overlap: Overlap = "code"
    accepted: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises `BadInput` for a rule that cannot be followed."""
        for said, width in (("the snapping distance", self.snap_m), ("the widest gap to close", self.close_gaps_m)):
            if width is not None and not 0 < width <= 1000:
                says = "%(rule)s must be more than 0 and at most 1000 m, not %(width)s"
                raise BadInput.of(says, rule=said, width=f"{width:g}")
        if self.overlap not in get_args(Overlap):
            known = ", ".join(get_args(Overlap))
            raise BadInput.of("an overlap goes to one of %(known)s, not to %(said)s", known=known, said=self.overlap)
        for key, word in self.answers.items():
            _check_answer(key, word)

    def accepts(self, ident: str, kind: str) -> bool:
        """Whether somebody accepted or answered this repair, its kind, or accepted everything."""
        if word := self.answer(ident, kind):
            return word != REDRAW
        return not self.accepted.isdisjoint({ident, kind, ALL})

    def accepting(self, *names: str) -> CleaningRules:
        """The same rules with more repairs accepted."""
        return replace(self, accepted=self.accepted | set(names))

    def answer(self, ident: str, kind: str) -> str:
        """The answer given to a repair by its id, else to its kind, '' for none."""
        return self.answers.get(ident) or self.answers.get(kind) or ""

    def to_json(self) -> dict[str, object]:
        """The rules as plain values."""
        return {
            "lead": None if self.lead is None else self.lead.code,
            "snap_m": self.snap_m,
            "close_gaps_m": self.close_gaps_m,
            "overlap": self.overlap,
            "accepted": sorted(self.accepted),
            "answers": dict(self.answers),
        }

    def lasting(self) -> CleaningRules:
        """What of the rules says anything for other files: no repair accepted, and answers for whole kinds alone."""
        answers = {kind: word for kind, word in self.answers.items() if kind in BY_KIND}
        return replace(self, accepted=frozenset(), answers=answers)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> CleaningRules:
        """The rules of plain values, all of them optional; raises `BadInput` for a value that is none."""
        lead = plain.get("lead")
        tier = None if lead is None else tier_named(str(lead))
        if lead is not None and tier is None:
            raise BadInput.of("there is no tier %(tier)s that could lead", tier=str(lead))
        accepted: Collection[str] = plain.get("accepted") or ()
        return cls(
            tier,
            _number(plain, "snap_m"),
            _number(plain, "close_gaps_m"),
            plain.get("overlap") or "code",
            frozenset(str(name) for name in accepted),
            {str(key): str(word) for key, word in dict(plain.get("answers") or {}).items() if word},
        )


class NoSuchRules(NotFound):
    """Nothing is kept under that name."""

    def __init__(self, name: str) -> None:
        self.says = "no rules are kept under the name %(name)s: see the list of them"
        self.said_with = {"name": name}
        super().__init__(self.says % self.said_with)


@dataclass(frozen=True, slots=True)
class NamedRules:
    """Rules kept under a name by somebody, to be used again."""

    name: str
    rules: CleaningRules
    actor: str

    def __post_init__(self) -> None:
        """Raises `BadInput` for a name that is none."""
        if not self.name or len(self.name) > MOST_LETTERS or not self.name.isprintable():
            raise BadInput.of("a name has 1 to %(most)s printable characters: give another one", most=MOST_LETTERS)

    def to_json(self) -> dict[str, object]:
        """The rules with their name as plain values."""
        plain = self.rules.to_json()
        return {"name": self.name, **{key: plain[key] for key in plain if key != "accepted"}, "actor": self.actor}


def _check_answer(key: str, word: str) -> None:
    """Raises `BadInput` for an answer that is none."""
    kind = key.partition("-")[0]
    if kind not in BY_KIND:
        raise BadInput.of(
            "%(fault)s takes no answer: name an overlap, a gap or a tier, by its id or its kind", fault=key
        )
    known = BY_KIND[kind]
    to_grid = kind in _TO_GRID and key != kind and word.startswith(TO) and len(word) > len(TO)
    if word not in known and not to_grid:
        says = "%(answer)s is no answer to %(fault)s: choose %(known)s, or for a single overlap or gap to:CODE"
        raise BadInput.of(says, answer=word, fault=key, known=", ".join(known))


def _number(plain: Mapping[str, Any], name: str) -> float | None:
    """One of the widths."""
    value = plain.get(name)
    if value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError) as wrong:
        raise BadInput.of("%(rule)s must be a number of metres, not %(value)s", rule=name, value=str(value)) from wrong
