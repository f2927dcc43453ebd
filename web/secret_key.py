"""The key that signs sessions and form tokens: the setting's, else one made once and kept in HOME."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from geo_grid.errors import Unavailable
from geo_grid.settings import Settings

FILE = "secret_key"
BYTES = 32


def secret_key(settings: Settings) -> str:
    """The key, the same for every process with the same settings. Raises `Unavailable` when it cannot be kept."""
    if settings.secret_key:
        return settings.secret_key
    kept = settings.home / FILE
    try:
        if not kept.is_file():
            _make(kept)
        return kept.read_text(encoding="ascii").strip()
    except OSError as failure:
        raise Unavailable(
            f"the key of sessions cannot be kept in {kept} ({failure.strerror}): "
            "make the folder writable or set GEO_GRID_SECRET_KEY"
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
