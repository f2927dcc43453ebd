"""What stands in one column of a table, as far as it tells what the column is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property

from geo_grid.grids import FORM, tier_named
from geo_grid.intake.field_names import FOREIGN, SERIAL, plain, stem
from geo_grid.vocabulary import Tier

#: No more rows are looked at: what a column is for shows in these.
MOST_ROWS = 5_000
_PHONE = re.compile(r"(\+?86[- ]?)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_ADDRESS = re.compile(r"[路街巷号村组弄栋幢]|\b(road|street|lane|avenue|rd|st)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class Column:
    """A column with its texts."""

    def __init__(self, name: str, values: Sequence[str]) -> None:
        self.name = name
        self._raw = values
        self.stem = stem(name)
        self.is_foreign = bool(FOREIGN.search(plain(name)))

    @cached_property
    def rows(self) -> list[str]:
        """The texts looked at; nobody asks for those of a column whose name tells enough."""
        return [value.strip() for value in self._raw[:MOST_ROWS]]

    @cached_property
    def values(self) -> list[str]:
        """The texts that say something."""
        return [value for value in self.rows if value]

    @cached_property
    def distinct(self) -> set[str]:
        """The different ones among them."""
        return set(self.values)

    @property
    def differing(self) -> float:
        """The share of rows with a value of their own."""
        return len(self.distinct) / len(self.rows) if self.rows else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether nearly every row has a value of its own: a few faulty rows are what a check is for."""
        return self.differing >= 0.95

    @cached_property
    def longest(self) -> int:
        """The length of the longest value."""
        return max(map(len, self.distinct), default=0)

    @cached_property
    def same_length(self) -> bool:
        """Whether all values have one length."""
        return len({len(value) for value in self.distinct}) == 1

    @cached_property
    def is_codes(self) -> bool:
        """Whether the values could be codes: ASCII letters and digits, with a digit in each, no decimals."""
        return self._most(lambda value: bool(FORM.fullmatch(value)) and any(map(str.isdigit, value)), 0.95) and not (
            self._most(lambda value: bool(_NUMBER.fullmatch(value)) and "." in value, 0.5)
        )

    @cached_property
    def is_serial(self) -> bool:
        """Whether the column only numbers the rows."""
        if SERIAL.fullmatch(plain(self.name)):
            return True
        if not self._most(str.isdigit, 1.0) or self.longest > 9 or any(len(v) > 1 and v[0] == "0" for v in self.values):
            return False
        numbers = sorted(map(int, self.distinct))
        return len(numbers) > 2 and numbers[0] in (0, 1) and numbers[-1] - numbers[0] == len(numbers) - 1

    @cached_property
    def is_names(self) -> bool:
        """Whether the values could be names: texts of some letters, not too long, not the same for all."""
        letters = self._most(lambda value: any(mark.isalpha() for mark in value) and len(value) <= 100, 0.9)
        return letters and not self.is_tiers and (len(self.distinct) > 1 or len(self.rows) == 1)

    @cached_property
    def is_tiers(self) -> bool:
        """Whether every value names a tier."""
        return bool(self.distinct) and all(tier_named(value) is not None for value in self.distinct)

    @cached_property
    def is_phones(self) -> bool:
        """Whether the values are telephone numbers."""
        return self._most(lambda value: bool(_PHONE.fullmatch(value)), 0.8)

    @cached_property
    def is_addresses(self) -> bool:
        """Whether the values are addresses."""
        return self._most(lambda value: len(value) > 3 and bool(_ADDRESS.search(value)), 0.8)

    def is_between(self, low: float, high: float) -> bool:
        """Whether the values are decimal numbers in a range."""
        return self._most(
            lambda value: "." in value and bool(_NUMBER.fullmatch(value)) and low <= float(value) <= high, 0.95
        )

    def one_tier(self) -> Tier | None:
        """The tier that all values name, None when they name several."""
        tiers = {tier_named(value) for value in self.distinct}
        return tiers.pop() if len(tiers) == 1 else None

    def share_in(self, known: AbstractSet[str]) -> float:
        """The share of different values that are known ones."""
        return len(self.distinct & known) / len(self.distinct) if self.distinct and known else 0.0

    def begins_with(self, other: Column) -> bool:
        """Whether nearly every value begins with the other column's value of the same row, and goes on."""
        pairs = [(mine, theirs) for mine, theirs in zip(self.rows, other.rows, strict=True) if mine and theirs]
        nested = sum(mine.startswith(theirs) and len(mine) > len(theirs) for mine, theirs in pairs)
        return bool(pairs) and nested >= 0.95 * len(pairs)

    def _most(self, test: Callable[[str], bool], share: float) -> bool:
        """Whether at least this share of the different values pass a test."""
        passed = sum(map(test, self.distinct))
        return bool(self.distinct) and passed >= share * len(self.distinct)
