"""The rules by which layers are cleaned into one partition, as a user chooses them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from geo_grid.errors import BadInput
from geo_grid.grids import tier_named
from geo_grid.vocabulary import Tier

#: Who gets an overlap: special grids before others in every case, then the lower code, the larger or the smaller one.
Overlap = Literal["code", "larger", "smaller"]
#: The word for every repair there is.
ALL = "all"


@dataclass(frozen=True, slots=True)
class CleaningRules:
    """How layers are cleaned.

    `lead` is the tier whose lines lead: the narrowest of the files (None), the only one that can so far; wider tiers
    follow it. Lines nearer than `snap_m` are
    taken for one in the preview. Gaps up to `close_gaps_m` wide are closed (None: 1.5 × the 99th percentile of what is
    measured). `overlap` says who gets ground that two grids claim. `accepted` names repairs that somebody has accepted,
    by id or by kind, or all of them by "all".
    """

    lead: Tier | None = None
    snap_m: float | None = None
    close_gaps_m: float | None = None
    overlap: Overlap = "code"
    accepted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Raises `BadInput` for a rule that cannot be followed."""
        for said, width in (("the snapping distance", self.snap_m), ("the widest gap to close", self.close_gaps_m)):
            if width is not None and not 0 < width <= 1000:
                says = "%(rule)s must be more than 0 and at most 1000 m, not %(width)s"
                raise BadInput.of(says, rule=said, width=f"{width:g}")
        if self.overlap not in get_args(Overlap):
            known = ", ".join(get_args(Overlap))
            raise BadInput.of("an overlap goes to one of %(known)s, not to %(said)s", known=known, said=self.overlap)

    def accepts(self, ident: str, kind: str) -> bool:
        """Whether somebody accepted this repair, its kind, or everything."""
        return not self.accepted.isdisjoint({ident, kind, ALL})

    def accepting(self, *names: str) -> CleaningRules:
        """The same rules with more repairs accepted."""
        return CleaningRules(self.lead, self.snap_m, self.close_gaps_m, self.overlap, self.accepted | set(names))

    def to_json(self) -> dict[str, object]:
        """The rules as plain values."""
        return {
            "lead": None if self.lead is None else self.lead.code,
            "snap_m": self.snap_m,
            "close_gaps_m": self.close_gaps_m,
            "overlap": self.overlap,
            "accepted": sorted(self.accepted),
        }

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
        )


def _number(plain: Mapping[str, Any], name: str) -> float | None:
    """One of the widths."""
    value = plain.get(name)
    if value is None:
        return None
    try:
        return float(value)
    except (TypeError, ValueError) as wrong:
        raise BadInput.of("%(rule)s must be a number of metres, not %(value)s", rule=name, value=str(value)) from wrong
