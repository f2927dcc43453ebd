"""How much a text looks like names that people write in some language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from geo_grid.intake import alphabets

#: Logarithms of the share of a character that a language has no place for, of an ASCII one, and of a control.
_STRAY, _ASCII, _CONTROL = log(1e-8), log(0.015), log(1e-11)
#: The share of a letter of a script that we have not counted.
_OTHER_SCRIPT = log(0.003)
#: Marks that any language may hold: quotation marks, dashes, degrees, numerals.
_MARKS = {**dict.fromkeys("·、。，：；（）《》“”‘’—…－", log(2e-4)), **dict.fromkeys("°№²³§«»–ºª　", log(5e-5))}
#: How often a word of a cased script is all small, all capital, or one capital with small ones behind.
_SMALL, _CAPITAL, _TITLE = log(0.33), log(0.31), log(0.36)
#: How often a capital follows a small letter inside a word, and letters of two scripts each other.
_ODD_CAPITAL, _TWO_SCRIPTS = log(0.01), log(0.002)
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0e31-\u0e4e])+")
#: Where Latin letters stand beside, a script of its own is less likely, by so much for each up to so much in all.
_LATIN_BESIDE, _MOST_LATIN_BESIDE = 0.5, 8.0


@dataclass(frozen=True)
class Language:
    """The logarithm of each character's share in a language, and of any Han character that is not listed."""

    name: str
    shares: dict[str, float]
    rare_han: float = _STRAY

    @property
    def latin(self) -> bool:
        """Whether it is written in Latin letters."""
        return self.name in _LATIN

    def likelihood(self, count: Counter[str], shapes: float) -> float:
        """The logarithm of how likely the characters are, each `count` times, in words of such `shapes`."""
        latin = sum(times for mark, times in count.items() if mark.isascii() and mark.isalpha())
        beside = 0.0 if self.latin else min(_LATIN_BESIDE * latin, _MOST_LATIN_BESIDE)
        return sum(times * self._share(mark) for mark, times in count.items()) + shapes - beside

    def _share(self, mark: str) -> float:
        """The logarithm of a character's share."""
        if mark in self.shares:
            return self.shares[mark]
        if mark < "\x80":
            return _ASCII if mark >= " " else _CONTROL
        if mark in _MARKS:
            return _MARKS[mark]
        if self.name == "other" and mark >= "\u0900" and unicodedata.category(mark)[0] in "LM":
            return _OTHER_SCRIPT
        if "\u3400" <= mark <= "\u9fff" or mark >= "\U00020000":
            return self.rare_han
        return _CONTROL if mark < "\xa0" or "\ue000" <= mark <= "\uf8ff" or mark == "\ufffd" else _STRAY


def plausibility(text: str, languages: Iterable[str]) -> float:
    """The logarithm of how likely the text is in the likeliest of the languages; comparable for one text's readings."""
    count, shapes = _counted(text)
    return max(language(name).likelihood(count, shapes) for name in languages)


@lru_cache(maxsize=8)
def _counted(text: str) -> tuple[Counter[str], float]:
    """How often each character stands in the text, and the logarithm of how usual its words' shapes are.

    Words of ASCII alone say nothing, and are the same in every reading.
    """
    count = Counter(text)
    del count["\n"]
    return count, sum(_shape(word) for word in _WORD.findall(text) if not word.isascii())


@lru_cache(maxsize=64)
def language(name: str) -> Language:
    """The language called so: one of `LANGUAGES`."""
    shares, rare = LANGUAGES[name]()
    return Language(name, shares, rare)


def _ranked(letters: str, mass: float) -> dict[str, float]:
    """The letters' shares by their rank (Zipf), together `mass`, as logarithms."""
    ranked = list(dict.fromkeys(letters))
    total = sum(1 / (rank + 8) for rank in range(len(ranked)))
    return {letter: log(mass / total / (rank + 8)) for rank, letter in enumerate(ranked)}


def _of_rows(codec: str, first: int, last: int, mass: float) -> dict[str, float]:
    """The characters of the rows of a two-byte set, which standards order by use, alike and together `mass`."""
    cells = (bytes([row, cell]) for row in range(first, last + 1) for cell in (*range(0x40, 0x7F), *range(0x80, 0xFF)))
    # All at once: half a cell never takes the line feed behind it into a character.
    marks = b"\n".join(cells).decode(codec, "ignore").split("\n")
    found = [mark for mark in marks if len(mark) == 1 and mark > "\x7f"]
    return dict.fromkeys(found, log(mass / len(found)))


def _simplified() -> tuple[dict[str, float], float]:
    """Mainland Chinese: GB 2312's two levels, the frequent ones of place names first."""
    shares = _of_rows("gb2312", 0xD8, 0xF7, 0.01) | _of_rows("gb2312", 0xB0, 0xD7, 0.08)
    return shares | _ranked(alphabets.TABLE_SIMPLIFIED, 0.05) | _ranked(alphabets.SIMPLIFIED, 0.85), log(0.002 / 20_000)


def _traditional() -> tuple[dict[str, float], float]:
    """Traditional Chinese: Big5's two levels, the frequent ones of place names first."""
    shares = _of_rows("big5", 0xC9, 0xF9, 0.01) | _of_rows("big5", 0xA4, 0xC6, 0.08)
    own = _ranked(alphabets.TABLE_TRADITIONAL, 0.05) | _ranked(alphabets.TRADITIONAL, 0.85)
    return shares | own, log(0.002 / 20_000)


def _korean() -> tuple[dict[str, float], float]:
    """Korean: the 2,350 syllables of KS X 1001; Han characters are rare."""
    return _of_rows("euc_kr", 0xB0, 0xC8, 0.12) | _ranked(alphabets.KOREAN, 0.86), log(0.01 / 20_000)


def _japanese() -> tuple[dict[str, float], float]:
    """Japanese: kana and JIS X 0208's two levels, the frequent ones of place names first."""
    shares = _of_rows("euc_jp", 0xD0, 0xF4, 0.01) | _of_rows("euc_jp", 0xB0, 0xCF, 0.09)
    return shares | _ranked(alphabets.JAPANESE, 0.4) | _ranked(alphabets.KANA, 0.45), log(0.001 / 20_000)


def _cased(letters: str, mass: float) -> tuple[dict[str, float], float]:
    """A language of small letters and as many capitals; a word's case is weighed on its own."""
    small = _ranked(letters, mass)
    return {letter.upper(): share for letter, share in small.items() if len(letter.upper()) == 1} | small, _STRAY


def _latin(letters: str, mass: float = 0.1) -> tuple[dict[str, float], float]:
    """A language of Latin letters, of which ASCII has most; degrees and powers stand in technical texts."""
    shares, rare = _cased(letters, mass)
    return {"°": log(0.01), "²": log(0.003), "³": log(0.003)} | shares, rare


def _plain(letters: str) -> tuple[dict[str, float], float]:
    """A language whose script has no capitals."""
    return _ranked(letters, 0.95), _STRAY


_LATIN = frozenset({"west", "central", "tr", "baltic", "vi"})
LANGUAGES: dict[str, Callable[[], tuple[dict[str, float], float]]] = {
    "zh-Hans": _simplified,
    "zh-Hant": _traditional,
    "ko": _korean,
    "ja": _japanese,
    "ru": lambda: _cased(alphabets.RUSSIAN, 0.95),
    "el": lambda: _cased(alphabets.GREEK, 0.95),
    "th": lambda: _plain(alphabets.THAI),
    "ar": lambda: _plain(alphabets.ARABIC),
    "he": lambda: _plain(alphabets.HEBREW),
    "west": lambda: _latin(alphabets.WESTERN),
    "central": lambda: _latin(alphabets.CENTRAL),
    "tr": lambda: _latin(alphabets.TURKISH),
    "baltic": lambda: _latin(alphabets.BALTIC),
    "other": lambda: ({}, _STRAY),
    "vi": lambda: _latin(alphabets.VIETNAMESE, 0.2),
}


@lru_cache(maxsize=4096)
def _shape(word: str) -> float:
    """The logarithm of how usual the word's mix of small letters and capitals, and of scripts, is."""
    if word.lower() == word.upper():
        return 0.0
    odd = sum(one.islower() and other.isupper() for one, other in pairwise(word))
    mixed = sum((one < "\x80") != (other < "\x80") and max(one, other) > "\u036f" for one, other in pairwise(word))
    cost = odd * _ODD_CAPITAL + mixed * _TWO_SCRIPTS
    if word.isascii() or max(word) > "\u1fff":
        return cost
    return cost + (_SMALL if word.islower() else _CAPITAL if word.isupper() else _TITLE)
