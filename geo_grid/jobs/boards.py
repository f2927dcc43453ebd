"""What a worker does when boards or map sheets of many grids are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo_grid.boards import Phones, Series, Wish, print_series, read_source
from geo_grid.db import DbRole, engine, reading
from geo_grid.jobs.cards import print_cards
from geo_grid.jobs.model import Job, Told
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier

#: How many archives stay; the oldest are removed when another is made.
MOST_KEPT = 20


def print_boards(settings: Settings, job: Job, told: Told) -> Mapping[str, Any]:
    """Print the boards that a job names into an archive of its own."""
    given = job.arguments
    target = archive_of(settings, job)
    target.parent.mkdir(parents=True, exist_ok=True)
    if given["kind"] == "cards":
        _forget(settings)
        return print_cards(settings, job, told, target)
    series = Series(Tier[given["tier"]], given.get("under"), given["kind"])
    wish = Wish(given["paper"], given["lang"], Phones(given["phones"]), given["address"])
    told("reading the county", 0, 0)
    with reading(engine(settings, DbRole.LOADER)) as conn:
        source = read_source(conn)
    fresh = target.with_suffix(".new")
    count = print_series(source, series, wish, fresh, lambda done, total: told("printing", done, total))
    fresh.replace(target)
    _forget(settings)
    return {"boards": count, "bytes": target.stat().st_size}


def archive_of(settings: Settings, job: Job) -> Path:
    """Where the archive of a job lies; numbers come again in another database with the same HOME, moments do not."""
    ending = "pdf" if job.arguments["kind"] == "cards" else "zip"
    return Path(settings.home) / "boards" / f"{job.id}-{job.created_at:%Y%m%dT%H%M%S%f}.{ending}"


def _forget(settings: Settings) -> None:
    """Remove the oldest archives."""
    folder = Path(settings.home) / "boards"
    for ending in ("zip", "pdf", "pages"):
        for old in sorted(folder.glob(f"*.{ending}"), key=lambda path: path.stat().st_mtime)[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    for stray in folder.glob("*.new"):
        stray.unlink(missing_ok=True)
