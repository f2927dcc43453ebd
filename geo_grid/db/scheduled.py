"""Backups made by themselves: one a day, the latest of them kept."""

from __future__ import annotations

import logging
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from geo_grid.db.backup import back_up
from geo_grid.errors import GeoGridError
from geo_grid.settings import Settings

NAME = re.compile(r"geo_grid-(\d{8}T\d{6})Z\.backup")
EVERY = timedelta(hours=24)
#: The first look comes as late as the others: the server forks its workers at the start.
LOOK_SECONDS = 300.0


def backups_in(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups of that folder that were made by themselves, with their moments, oldest first."""
    found = ((NAME.fullmatch(path.name), path) for path in folder.glob("geo_grid-*.backup"))
    return sorted(
        (datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), path) for match, path in found if match
    )


def back_up_if_due(settings: Settings, now: datetime) -> Path | None:
    """The backup that was due and is made now, older ones than the setting keeps deleted; None when none was due."""
    folder = settings.backup_folder
    if folder is None:
        return None
    made = backups_in(folder)
    if made and now - made[-1][0] < EVERY:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"geo_grid-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.backup"
    back_up(settings, file)
    for _, old in backups_in(folder)[: -settings.backups_kept]:
        old.unlink()
    return file


def keep_backing_up(settings: Settings) -> threading.Thread | None:
    """A thread that makes each backup when it is due, for as long as the program runs; None without a folder."""
    if settings.backup_folder is None:
        return None
    thread = threading.Thread(target=_look_again_and_again, args=(settings,), name="backups", daemon=True)
    thread.start()
    return thread


def _look_again_and_again(settings: Settings) -> None:
    """Make backups when they are due; a failure is logged, and tried again."""
    log = logging.getLogger(__name__)
    while True:
        threading.Event().wait(LOOK_SECONDS)
        try:
            back_up_if_due(settings, datetime.now(UTC))
        except (GeoGridError, OSError) as failure:
            log.error("no backup could be made: %s", failure)
