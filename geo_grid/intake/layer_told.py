"""What is told of a layer's columns: taken by what stands in them, not brought in, or holding phones that are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.field_guess import guess_fields
from geo_grid.intake.field_names import CENTRE, SERIAL, Noun, plain
from geo_grid.intake.layer import Layer
from geo_grid.intake.noticed import of_rows

#: What is said of fields that were taken by their values, and what to do.
FIELDS_GUESSED = (
    "fields taken by what stands in them: %(fields)s",
    "look at them, and name the right ones (--field) where they are wrong",
)
#: The same of columns that are none of our fields: a name that was misspelt, or cut, would be lost in silence.
COLUMNS_LEFT = ("not brought in: %(columns)s", "name the field of ours (--field) where one of them is one")
#: The same of a phone with which nobody can be called.
PHONE_NONE = ("this is no telephone number", "correct it, or leave it blank")
#: Columns named one by one; of the others the number is told.
MOST_COLUMNS = 12
#: Digits, letters (转, "ext") and what people write between them; 110 has three digits.
_PHONE = re.compile(r"(?:[^\W_]|[()（）+＋.,，、;；/\\*#\s-])+")
_FEWEST_DIGITS = 3


def columns_told(layer: Layer, noun: Noun, chosen: Mapping[str, str]) -> list[Finding]:
    """Warnings about a layer's columns, so that nothing is taken, or left, in silence."""
    guess = guess_fields(layer, noun, chosen)
    found = []
    likely = ", ".join(f"{one.ours} = {one.column}" for one in guess.choices if one.certainty == "likely")
    if likely:
        found.append(_told(layer, "fields_guessed", FIELDS_GUESSED, fields=likely))
    taken = guess.taken
    return [*found, *left_told(layer, taken.values()), *_phones(layer, layer.columns.get(taken.get("phone", ""), ()))]


def left_told(layer: Layer, taken: Collection[str]) -> list[Finding]:
    """A warning that names the columns of a layer which are not among those taken; none where nothing is lost."""
    left = [name for name, texts in layer.columns.items() if name not in taken and _says_something(name, texts)]
    if not left:
        return []
    more = f" … +{len(left) - MOST_COLUMNS}" if len(left) > MOST_COLUMNS else ""
    return [_told(layer, "columns_left", COLUMNS_LEFT, columns="、".join(left[:MOST_COLUMNS]) + more)]


def _says_something(name: str, texts: Sequence[str]) -> bool:
    """Whether anything is lost with a column.

    Nothing is with a blank one, nor with one by which programs number rows, nor with the middle of a shape.
    """
    return any(texts) and not SERIAL.fullmatch(plain(name)) and not CENTRE.fullmatch(plain(name))


def _told(layer: Layer, rule: str, words: tuple[str, str], **facts: str) -> Finding:
    """One warning about a layer."""
    return Finding.of(rule, layer.source, *words, severity="warning", facts=facts)


def _phones(layer: Layer, texts: Sequence[str]) -> list[Finding]:
    """A warning for each phone that cannot be one; the text itself is somebody's and not repeated."""
    if min(map(len, filter(None, texts)), default=_FEWEST_DIGITS) >= _FEWEST_DIGITS and "".join(texts).isdecimal():
        return []
    rows = [row for row, text in enumerate(texts) if text.strip() and not _is_phone(text.strip())]
    nothing: dict[str, Fact] = {}
    told = [(layer.number(row), nothing) for row in rows]
    return of_rows("phone_none", layer.source, *PHONE_NONE, told, severity="warning")


def _is_phone(text: str) -> bool:
    """Whether somebody could be called by a text."""
    return sum(map(str.isdecimal, text)) >= _FEWEST_DIGITS and bool(_PHONE.fullmatch(text))
