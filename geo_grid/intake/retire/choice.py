"""Which missing things are retired: whole nouns, kinds of one, or single things; nothing unless somebody says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo_grid.errors import BadInput

#: The nouns whose missing things can be retired, each with what its kinds are.
RETIRABLE = {
    "grids": "tier",
    "households": "township",
    "posts": "role",
    "risk_sites": "kind",
    "facilities": "level",
}

#: What a word ends with that means only what lies in the extent of the files.
WITHIN = "@within"


@dataclass(frozen=True, slots=True)
class Retiring:
    """What is retired of what the files do not hold.

    A word is a noun (`grids`: the files hold all grids of their tiers), a noun's kind (`grids:MICRO`) or one thing
    (`grids=990125100001-G01-M01`). With `@within` a noun or kind means only what lies in the extent of the files.
    """

    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, words: Iterable[str]) -> Retiring:
        """The choice of words; several may be joined by commas. Raises `BadInput` for one that names no noun."""
        return cls(frozenset(_word(one) for many in words for one in many.split(",") if one.strip()))

    def __bool__(self) -> bool:
        """Whether anything is to be retired."""
        return bool(self.words)

    def takes(self, noun: str, kind: str, code: str, *, within: bool = True) -> bool:
        """Whether a missing thing of that noun, kind and code is retired; `within` the extent of the files or not."""
        named = {noun, f"{noun}:{kind}", f"{noun}={code}"}
        here = {f"{noun}{WITHIN}", f"{noun}:{kind}{WITHIN}"} if within else set()
        return not self.words.isdisjoint(named | here)

    def touches(self, noun: str) -> bool:
        """Whether anything of a noun may be retired."""
        return any(_noun(word) == noun for word in self.words)


def _noun(word: str) -> str:
    """The noun of a word."""
    return word.partition("=")[0].partition(":")[0].removesuffix(WITHIN)


def _word(said: str) -> str:
    """A word with its noun as we write it."""
    said = said.strip()
    noun = _noun(said)
    ours = noun.replace("-", "_")
    if ours not in RETIRABLE:
        known = ", ".join(one.replace("_", "-") for one in RETIRABLE)
        says = "%(noun)s cannot be retired by an import: name one of %(known)s, as grids or grids:MICRO"
        raise BadInput.of(says, noun=noun, known=known)
    return ours + said[len(noun) :]
