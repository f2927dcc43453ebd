"""Grid codes by the default rule: statistical digits, then a letter and a serial for each tier below the village."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo_grid.vocabulary import TIER_LETTERS, Tier

#: What the database takes as a code, by the rule or not.
FORM = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,39}")

_DIGITS = {Tier.TOTAL: 9, Tier.SUB: 12}
_TIERS = {letter: tier for tier, letter in TIER_LETTERS.items()}
_LAST = re.compile(r"(?P<parent>.+)-(?P<letter>[BGMS])(?P<serial>\d{2,4})")


@dataclass(frozen=True, slots=True)
class GridCode:
    """A code of the default rule: 9 digits for a TOTAL, 12 for a SUB, then '-B01', '-G05', '-M03', '-S02' below."""

    text: str

    @property
    def tier(self) -> Tier | None:
        """The tier that the code shows; None for a code of another rule."""
        if found := _LAST.fullmatch(self.text):
            return _TIERS[found["letter"]]
        if self.text.isascii() and self.text.isdigit():
            return next((tier for tier, digits in _DIGITS.items() if len(self.text) == digits), None)
        return None

    @property
    def parent(self) -> GridCode | None:
        """The code that this one is built on; None for a root's or one of another rule."""
        if found := _LAST.fullmatch(self.text):
            return GridCode(found["parent"])
        return GridCode(self.text[:9]) if self.tier is Tier.SUB else None

    @property
    def serial(self) -> int | None:
        """The number inside the parent; None for a code of another rule."""
        if found := _LAST.fullmatch(self.text):
            return int(found["serial"])
        return int(self.text[-3:]) if self.tier in _DIGITS else None


def child_code(parent: str, tier: Tier, serial: int) -> GridCode:
    """The code of the `serial`th grid of a tier inside the parent; a root's parent is the county's 6 digits."""
    if tier in _DIGITS:
        return GridCode(f"{parent}{serial:03d}")
    return GridCode(f"{parent}-{tier.letter}{serial:02d}")
