"""Where the records of a shapefile lie and which row each belongs to, by the .shp itself and by its index."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Unreadable

Ints = npt.NDArray[np.int64]

_INDEX_HINT = "delete the .shx, or export the layer again"
_EXPORT_HINT = "export the layer again"


@dataclass(frozen=True, slots=True)
class Records:
    """The records in row order: where the content of each starts (n,), its size in bytes (n,), and what was noticed."""

    start: Ints
    size: Ints
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of records."""
        return len(self.start)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Records as they follow each other; `whole` when they fill the file."""

    start: Ints
    size: Ints
    number: Ints
    whole: bool


def records_of(shp: bytes, shx: bytes | None, rows: int | None, source: str) -> Records:
    """The records in the order of the table's `rows` (their number, None when unknown). Raises `Unreadable`.

    The .shp counts where it and its index disagree, unless the index alone explains it: programs that edit in place
    append a changed shape and leave the old one behind.
    """
    findings: list[Finding] = []
    walk = _walk(shp, _end(shp, source, findings))
    index = _index(shp, shx)
    if index is None:
        if not walk.whole:
            raise Unreadable(
                source, "the .shp is damaged at record %(record)s: export it again", record=len(walk.start) + 1
            )
        findings += _without_index(walk, shx, source)
        return Records(walk.start, walk.size, findings)
    if walk.whole and np.array_equal(index[0], walk.start):
        findings += _numbers(walk, source)
        return Records(walk.start, walk.size, findings)
    if not walk.whole:
        return _by_index_alone(walk, index, rows, findings, source)
    return _by_both(walk, index, rows, findings, source)


def _end(shp: bytes, source: str, findings: list[Finding]) -> int:
    """Where the records end: the header's word when it fits, else the end of the file."""
    said = 2 * int(struct.unpack_from(">i", shp, 24)[0])
    if said == len(shp):
        return said
    facts = {"said": said, "found": len(shp)}
    says = "the .shp says it has %(said)s bytes, but it has %(found)s"
    findings.append(
        Finding.of("shp_length", source, says, "check that no shape is missing", facts=facts, severity="warning")
    )
    if 100 <= said < len(shp) and _walk(shp, said).whole and not _walk(shp, len(shp)).whole:
        return said
    return len(shp)


def _walk(shp: bytes, end: int) -> _Walk:
    """Every record from the header to `end`, as far as they go on."""
    starts, sizes, numbers = [], [], []
    at = 100
    unpack = struct.Struct(">ii").unpack_from
    while at + 12 <= end:
        number, words = unpack(shp, at)
        if words < 2 or at + 8 + 2 * words > end:
            break
        starts.append(at + 8)
        sizes.append(2 * words)
        numbers.append(number)
        at += 8 + 2 * words
    return _Walk(_ints(starts), _ints(sizes), _ints(numbers), at == end)


def _ints(values: list[int]) -> Ints:
    """The values as an array."""
    return np.array(values, dtype=np.int64)


def _index(shp: bytes, shx: bytes | None) -> tuple[Ints, Ints] | None:
    """Where the index says the contents start, and their sizes; None when it is missing or leads astray."""
    if shx is None or len(shx) < 100 or (len(shx) - 100) % 8 or shx[:4] != b"\x00\x00\x27\x0a":
        return None
    entries = np.frombuffer(shx, dtype=">i4", offset=100).reshape(-1, 2).astype(np.int64) * 2
    start, size = entries[:, 0] + 8, entries[:, 1]
    if (start < 108).any() or (size < 4).any() or (start + size > len(shp)).any():
        return None
    # A sound index says of each record what the record says of itself.
    words = np.frombuffer(shp, dtype=np.uint8)[(start - 4)[:, None] + np.arange(4)]
    if not np.array_equal(words.astype(np.int64) @ _ints([1 << 24, 1 << 16, 1 << 8, 1]) * 2, size):
        return None
    return start, size


def _numbers(walk: _Walk, source: str) -> list[Finding]:
    """A finding when the records are not numbered from 1 on, as they should be."""
    if np.array_equal(walk.number, np.arange(1, len(walk.number) + 1)):
        return []
    says = "the shapes in the .shp are not numbered from 1 on: they were taken in the order they lie in"
    return [Finding.of("shp_numbers", source, says, "check that shapes and names fit", severity="warning")]


def _without_index(walk: _Walk, shx: bytes | None, source: str) -> list[Finding]:
    """What to say when there is no index to compare with."""
    rule, says = "shx_missing", "there is no .shx: the shapes were taken in the order they lie in"
    if shx is not None:
        rule, says = "shx_useless", "the .shx is damaged: the shapes were taken in the order they lie in"
    severity: Literal["error", "warning"] = "warning"
    hint = "check that shapes and names fit"
    if _is_other_order(walk.number):
        rule, severity, hint = "shp_order", "error", _EXPORT_HINT
        says = "the shapes are numbered in another order than they lie in: they may belong to other rows"
        return [Finding.of(rule, source, says, hint, severity=severity)]
    return [Finding.of(rule, source, says, hint, severity=severity), *_numbers(walk, source)]


def _is_other_order(number: Ints) -> bool:
    """Whether the numbers are 1 to n in another order."""
    straight = np.arange(1, len(number) + 1)
    return not np.array_equal(number, straight) and np.array_equal(np.sort(number), straight)


def _by_index_alone(
    walk: _Walk, index: tuple[Ints, Ints], rows: int | None, findings: list[Finding], source: str
) -> Records:
    """The records where the index finds them, between them bytes that are none. Raises `Unreadable`."""
    start, size = index
    order = np.argsort(start)
    apart = (start[order][1:] - 8 >= (start + size)[order][:-1]).all()
    if not apart or (rows is not None and rows != len(start)) or not np.array_equal(order, np.arange(len(order))):
        raise Unreadable(
            source, "the .shp is damaged at record %(record)s: export it again", record=len(walk.start) + 1
        )
    says = "between the shapes of the .shp lie bytes that are none: the shapes were taken where the .shx finds them"
    findings.append(Finding.of("shp_gaps", source, says, "check that no shape is missing", severity="warning"))
    return Records(start, size, findings)


def _by_both(walk: _Walk, index: tuple[Ints, Ints], rows: int | None, findings: list[Finding], source: str) -> Records:
    """The records of a whole .shp whose index says otherwise."""
    start, size = index
    if not np.isin(start, walk.start).all():
        return Records(walk.start, walk.size, [*findings, *_without_index(walk, b"", source)])
    own_number = walk.number[np.searchsorted(walk.start, start)]
    follows = np.array_equal(own_number, np.arange(1, len(start) + 1)) and len(np.unique(start)) == len(start)
    left = len(walk.start) - len(start)
    facts = {"listed": len(start), "shapes": len(walk.start)}
    if follows and rows == len(start) and left > 0:
        says = "the .shx lists %(listed)s of %(shapes)s shapes, one for each row: the other shapes are left out"
        findings.append(Finding.of("shx_orphans", source, says, _EXPORT_HINT, facts=facts, severity="warning"))
        return Records(start, size, findings)
    if follows and left == 0:
        says = "the .shx orders the shapes by their numbers, not as they lie: they were taken by their numbers"
        hint = "check that shapes and names fit"
        findings.append(Finding.of("shx_order", source, says, hint, severity="warning"))
        return Records(start, size, findings)
    if left > 0 and rows == len(walk.start):
        says = "the .shx lists %(listed)s of %(shapes)s shapes: all of them were taken, in the order they lie in"
        findings.append(Finding.of("shx_short", source, says, _INDEX_HINT, facts=facts, severity="warning"))
        return Records(walk.start, walk.size, findings)
    says = "the .shx names the shapes in another order than they lie in: they may belong to other rows"
    findings.append(Finding.of("shx_shuffled", source, says, _INDEX_HINT))
    return Records(walk.start, walk.size, findings)
