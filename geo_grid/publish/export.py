"""Layers written to files that others can read, and that come back in unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from geo_grid.vocabulary import Tier


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: the file, the number of rows, the layers in it."""

    path: Path
    rows: int
    layers: tuple[str, ...]


def export(  # noqa: PLR0913
    conn: Connection,
    what: str,
    file_format: str,
    out: Path,
    *,
    tier: Tier | None = None,
    lang: str = "zh",
    with_phones: bool = False,
    force: bool = False,
) -> Exported:
    """Writes `what` to `out`; nothing is left half-written. Raises `BadInput` for a choice that does not exist."""
    raise NotImplementedError
