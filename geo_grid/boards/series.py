"""Many boards in one go: a PDF for each village, all in one archive, made by two processes."""

from __future__ import annotations

import multiprocessing
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo_grid.boards.board import Wish, boards_of
from geo_grid.boards.paper import board_pdf, sheet_pdf
from geo_grid.boards.source import Source
from geo_grid.errors import NotFound
from geo_grid.vocabulary import Tier

#: What is told on the way: how many boards are made, of how many.
Told = Callable[[int, int], None]
PROCESSES = 2
#: So many boards at most in one file: each holds the fonts once, and a process never more than these pages.
MOST_IN_A_FILE = 40


@dataclass(frozen=True, slots=True)
class Series:
    """Which boards are wanted: the grids of a tier below a grid, or map sheets of them (`kind` "sheets")."""

    tier: Tier = Tier.MICRO
    under: str | None = None
    kind: str = "boards"


@dataclass(frozen=True, slots=True)
class _Batch:
    name: str
    codes: tuple[str, ...]


_source: Source | None = None
_wish = Wish()
_kind = "boards"


def print_series(source: Source, series: Series, wish: Wish, target: Path, told: Told = lambda _d, _t: None) -> int:
    """How many boards were written into the archive `target`; raises `NotFound` where there is no such grid."""
    global _source, _wish, _kind
    batches = _batches(source, series)
    total = sum(len(batch.codes) for batch in batches)
    if not total:
        raise NotFound.of("there is no grid of that tier there: choose another place or tier")
    _source, _wish, _kind = source, wish, series.kind
    for known in ("holders", "posts", "stations_in", "households", "tree"):
        getattr(source, known)  # made before the fork, once for all processes
    done = 0
    told(0, total)
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive,
        multiprocessing.get_context("fork").Pool(PROCESSES) as pool,
    ):
        for batch, body in zip(batches, pool.imap(_made, batches), strict=True):
            archive.writestr(batch.name, body)
            done += len(batch.codes)
            told(done, total)
    return total


def _made(batch: _Batch) -> bytes:
    """The PDF of a batch."""
    assert _source is not None  # noqa: S101 - set before the fork
    if _kind == "sheets":
        return sheet_pdf(_source, batch.codes, _wish)
    return board_pdf(_source, list(boards_of(_source, batch.codes, _wish)), _wish)


def _batches(source: Source, series: Series) -> list[_Batch]:
    """The grids wanted, a file for each village (or township, for what lies in none), long ones in parts."""
    county = source.county
    if series.under is not None and series.under not in county.index:
        raise NotFound.of("there is no grid %(under)s: check the code", under=series.under)
    under = None if series.under is None else county.index[series.under]
    groups: dict[int, list[str]] = {}
    for place, grid in enumerate(county.grids):
        if grid.tier is series.tier and (under is None or under in county.ancestors[place]):
            sub, town = county.ancestors[place, 1], county.ancestors[place, 0]
            groups.setdefault(int(sub if sub >= 0 else town), []).append(grid.code)
    found = []
    for head, codes in sorted(groups.items(), key=lambda pair: county.grids[pair[0]].code):
        parts = _parts(sorted(codes))
        for number, chunk in enumerate(parts, start=1):
            part = f"-{number}" if len(parts) > 1 else ""
            found.append(_Batch(f"{county.grids[head].code}-{county.grids[head].name}{part}.pdf", chunk))
    return found


def _parts(codes: Sequence[str]) -> list[tuple[str, ...]]:
    """The codes in parts of equal size."""
    parts = -(-len(codes) // MOST_IN_A_FILE)
    size = -(-len(codes) // parts)
    return [tuple(codes[at : at + size]) for at in range(0, len(codes), size)]
