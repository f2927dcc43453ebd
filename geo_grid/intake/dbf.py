"""dBase tables read column by column: what cannot be read is told row by row, never dropped or guessed in silence."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.dbf_header import Directory, Field, directory_of
from geo_grid.intake.encoding import Claims, label
from geo_grid.intake.noticed import of_rows, shortened
from geo_grid.intake.sighting import EncodingGuess
from geo_grid.intake.weighing import better_reading, encoding_findings, text_of, weigh

#: Kinds whose values are text; memos and pictures lie in other files, the others are numbers in binary.
_TEXTS = frozenset("CNFDL")
_NUMBERS = frozenset("NF")
_BINARY = {"I": "<i", "+": ">i", "O": "<d", "B": "<d"}

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns as stripped texts, for every row of the file; `gone` are the rows flagged as deleted."""

    columns: dict[str, list[str]]
    gone: npt.NDArray[np.bool_]
    encoding: EncodingGuess
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of rows, deleted ones among them."""
        return len(self.gone)


def read_dbf(content: bytes, source: str, claims: Claims) -> Table:
    """The table. Whole numbers written with decimals (as '12.000') lose them. Raises `Unreadable`."""
    directory = directory_of(content, source)
    rows = directory.rows
    told = Claims(claims.told, claims.cpg, directory.language_byte)
    guess = weigh(_raw_texts(directory), told)
    reader = _Reader(source, guess.chosen.encoding)
    columns: dict[str, list[str]] = {}
    for one in directory.fields:
        name = reader.name_of(one, columns)
        values = reader.column(rows[:, one.start : one.start + one.width], one, name)
        if values is not None:
            columns[name] = values
    findings = [*directory.findings, *encoding_findings(guess, source), *reader.findings()]
    return Table(columns, rows[:, 0] == ord("*") if len(rows) else np.zeros(0, dtype=bool), guess, findings)


def _raw_texts(directory: Directory) -> Iterator[bytes]:
    """The bytes of all names and texts whose encoding shows."""
    yield from (one.raw_name for one in directory.fields)
    for one in directory.fields:
        block = directory.rows[:, one.start : one.start + one.width]
        if one.kind == "C" and one.width:
            for row in np.flatnonzero((block > 127).any(axis=1)):
                yield block[row].tobytes().strip(b" \x00")


class _Reader:
    """Reads columns in one encoding and gathers what it meets."""

    def __init__(self, source: str, codec: str) -> None:
        self._source, self._codec = source, codec
        self._fields: list[Finding] = []
        self._cut: list[tuple[int, dict[str, Fact]]] = []
        self._unread: list[tuple[int, dict[str, Fact]]] = []
        self._other: list[tuple[int, dict[str, Fact]]] = []
        self._nul: list[tuple[int, dict[str, Fact]]] = []
        self._number: list[tuple[int, dict[str, Fact]]] = []
        self._stars: list[tuple[int, dict[str, Fact]]] = []

    def findings(self) -> list[Finding]:
        """What was met, by fields and then by rows."""
        source = self._source
        return [
            *self._fields,
            *of_rows(
                "text_unreadable",
                source,
                "%(field)s is not %(encoding)s text: it reads as %(text)s",
                "mend the text, or say its encoding with --encoding",
                self._unread,
            ),
            *of_rows(
                "text_other_encoding",
                source,
                "%(field)s is in another encoding than the other rows: %(text)s is probably %(other)s",
                "bring all rows into one encoding",
                self._other,
            ),
            *of_rows(
                "text_cut",
                source,
                "%(field)s is cut inside its last character: %(text)s",
                "write the whole text",
                self._cut,
                severity="warning",
            ),
            *of_rows(
                "text_nul", source, "%(field)s holds zero bytes: %(text)s", "delete them and export again", self._nul
            ),
            *of_rows(
                "number_unreadable",
                source,
                "%(field)s is no number: %(text)s",
                "write the number, or leave it blank",
                self._number,
                severity="warning",
            ),
            *of_rows(
                "number_stars",
                source,
                "%(field)s is filled with stars, as programs write a missing number or one too long: read as blank",
                "write the number, or leave it blank",
                self._stars,
                severity="warning",
            ),
        ]

    def name_of(self, one: Field, taken: dict[str, list[str]]) -> str:
        """The field's name, made different from those that are taken."""
        text, state = text_of(one.raw_name, self._codec)
        name = text.strip(" \x00") or f"field_{one.start}"
        if state != "whole":
            says = "the name of field %(field)s is cut inside a character, or not in the encoding of the text"
            self._tell("field_name_cut", says, "check which field it is", {"field": name})
        if name in taken:
            number = next(number for number in range(2, 999) if f"{name}_{number}" not in taken)
            says = "two fields are called %(field)s: the later one is %(renamed)s here"
            facts: dict[str, Fact] = {"field": name, "renamed": f"{name}_{number}"}
            self._tell("field_twice", says, "choose the right one", facts)
            name = f"{name}_{number}"
        return name

    def _tell(self, rule: str, says: str, hint: str, facts: dict[str, Fact]) -> None:
        """Keep a finding about a field."""
        self._fields.append(Finding.of(rule, self._source, says, hint, facts=facts, severity="warning"))

    def column(self, block: Bytes, one: Field, name: str) -> list[str] | None:
        """The stripped texts of one field; None for a kind whose values are not in the table."""
        if one.kind in _BINARY and one.width == struct.calcsize(_BINARY[one.kind]):
            numbers = struct.iter_unpack(_BINARY[one.kind], block.tobytes())
            return [_plain_number(repr(number)) for (number,) in numbers]
        if one.kind not in _TEXTS:
            says = "field %(field)s holds notes or pictures, which lie in another file: it is left out"
            self._tell("field_unread", says, "put what is needed into a text field", {"field": name})
            return None
        if not len(block) or not one.width:
            return [""] * len(block)
        values = self._fast(block) or [self._value(raw.tobytes(), row, name) for row, raw in enumerate(block, start=1)]
        values = [value.strip(" \x00") for value in values]
        if one.kind == "C":
            self._doubt(block, values, name)
        if "\x00" in "".join(values):
            values = [self._without_nul(value, row, name) for row, value in enumerate(values, start=1)]
        return self._numbers(values, name) if one.kind in _NUMBERS else values

    def _fast(self, block: Bytes) -> list[str]:
        """All values when each of them reads; nothing when one does not."""
        try:
            values = _lines(block).decode(self._codec).split("\n")[:-1]
        except UnicodeDecodeError:
            return []
        return values if len(values) == len(block) else []

    def _value(self, raw: bytes, row: int, name: str) -> str:
        """One value, what is wrong with it kept."""
        text, state = text_of(raw, self._codec)
        if state == "unread":
            # Padding behind a half character takes the padding's byte into it: without it, it is only cut.
            text, state = text_of(raw.rstrip(b" \x00"), self._codec)
        if state == "whole":
            return text
        other = better_reading(raw.strip(b" \x00"), self._codec)
        if other is None:
            kept = self._cut if state == "cut" else self._unread
            kept.append((row, {"field": name, "text": shortened(text), "encoding": label(self._codec)}))
            return text
        self._other.append((row, {"field": name, "text": shortened(text), "other": shortened(other)}))
        return other

    def _doubt(self, block: Bytes, values: list[str], name: str) -> None:
        """Keep the rows that read, but would read much better in another encoding."""
        if self._codec == "utf-8":
            return
        for row in np.flatnonzero(_may_be_utf8(block)):
            raw = block[row].tobytes().strip(b" \x00")
            if not _is_utf8(raw) or text_of(raw, self._codec)[1] != "whole":
                continue
            if other := better_reading(raw, self._codec):
                facts: dict[str, Fact] = {"field": name, "text": shortened(values[row]), "other": shortened(other)}
                self._other.append((int(row) + 1, facts))

    def _without_nul(self, value: str, row: int, name: str) -> str:
        """The value without zero bytes, which no database takes."""
        if "\x00" not in value:
            return value
        bare = value.replace("\x00", "")
        self._nul.append((row, {"field": name, "text": shortened(bare)}))
        return bare

    def _numbers(self, values: list[str], name: str) -> list[str]:
        """The numbers as written; those that are none are kept as they are and told, stars as blanks."""
        together = "".join(values)
        if not together or (together.isascii() and together.isdigit()):
            return values
        stars = [row for row, value in enumerate(values) if value and not value.strip("*")]
        for row in stars:
            # GDAL fills a null with stars (3.12), dBase a number that is too long.
            values[row] = ""
            self._stars.append((row + 1, {"field": name}))
        for row, value in enumerate(values, start=1):
            if value and not _is_number(value):
                self._number.append((row, {"field": name, "text": shortened(value)}))
        return [_plain_number(value) for value in values]


def _lines(block: Bytes) -> bytes:
    """The values of a column, each ended by a line feed, which is no part of any character of several bytes."""
    ended = np.empty((len(block), block.shape[1] + 1), dtype=np.uint8)
    ended[:, :-1] = np.where(block == 10, 32, block)
    ended[:, -1] = 10
    return ended.tobytes()


def _may_be_utf8(block: Bytes) -> npt.NDArray[np.bool_]:
    """Which values may be UTF-8 beyond ASCII: bytes that lead, and those that follow, are where they belong."""
    high = block > 127
    follows = high & (block < 0xC0)
    leads = high & ~follows
    wrong = leads[:, -1] | follows[:, 0]
    wrong |= (leads[:, :-1] & ~follows[:, 1:]).any(axis=1) | (follows[:, 1:] & ~high[:, :-1]).any(axis=1)
    return np.asarray(high.any(axis=1) & ~wrong)


def _is_utf8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_number(value: str) -> bool:
    """Whether the text is a finite number as dBase writes it."""
    bare = value.replace(",", ".", 1).lstrip("+-").replace(".", "", 1)
    if bare.isdigit() and bare.isascii():
        return True
    try:
        return abs(float(value)) < float("inf")
    except ValueError:
        return False


def _plain_number(value: str) -> str:
    """A whole number without its empty decimals."""
    whole, point, decimals = value.partition(".")
    return whole if point and not decimals.strip("0") else value
