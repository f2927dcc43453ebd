"""What a worker does when the evacuation cards of many households are asked for: their pages wait in HOME."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from geo_grid.boards import laid_out_parts
from geo_grid.errors import NotFound
from geo_grid.jobs.model import Job, Told
from geo_grid.settings import Settings


def keep_pages(settings: Settings, parts: Sequence[str]) -> str:
    """The name under which pages wait for the worker; only the account of the program reads them."""
    name = secrets.token_hex(16)
    path = _waiting(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(list(parts), file)
    return name


def print_cards(settings: Settings, job: Job, told: Told, target: Path) -> Mapping[str, Any]:
    """Lay the pages out as one PDF at `target`; what waited is removed."""
    waiting, cards = _waiting(settings, job.arguments["pages"]), int(job.arguments["cards"])
    if not waiting.is_file():
        raise NotFound.of("the pages of this print are gone: print it anew")
    parts = json.loads(waiting.read_text(encoding="utf-8"))
    told("printing", 0, cards)
    body = laid_out_parts(parts, lambda done: told("printing", cards * done // len(parts), cards))
    fresh = target.with_suffix(".new")
    fresh.write_bytes(body)
    fresh.replace(target)
    waiting.unlink(missing_ok=True)
    return {"boards": cards, "bytes": len(body)}


def _waiting(settings: Settings, name: str) -> Path:
    """Where pages wait."""
    return Path(settings.home) / "boards" / f"{name}.pages"
