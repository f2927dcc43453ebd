"""Keys that are made once and kept in HOME, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from geo_grid.errors import Unavailable

BYTES = 32


def kept_key(kept: Path, purpose: str, setting: str) -> str:
    """The key in that file as 64 hexadecimal digits, made when there is none.

    Raises `Unavailable`, which names the key's `purpose` and the `setting` that can hold it instead.
    """
    try:
        if not kept.is_file():
            _make(kept)
        return kept.read_text(encoding="ascii").strip()
    except OSError as failure:
        raise Unavailable(
            f"the key of {purpose} cannot be kept in {kept} ({failure.strerror}): "
            f"make the folder writable or set {setting}"
        ) from failure


def _make(kept: Path) -> None:
    """The file with a new key; the first of several processes wins, and nobody sees half a key."""
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(BYTES))
    with suppress(FileExistsError):
        os.link(fresh, kept)
    fresh.unlink()
