"""The coverage figures of each day, noted by themselves, so that months can be compared."""

from __future__ import annotations

import logging
import threading

from geo_grid.checks import evaluate_all, note_day, read_rules, read_waivers
from geo_grid.county import read_county_without_ground
from geo_grid.db import DbRole, engine, transaction
from geo_grid.errors import GeoGridError
from geo_grid.settings import Settings

#: How often the day's figures are brought up to date; the last ones of a day stay.
EVERY_SECONDS = 3600.0

_LOG = logging.getLogger(__name__)


def note_today(settings: Settings) -> int:
    """How many rules' figures were noted for today; none while there is no household."""
    with transaction(engine(settings, DbRole.LOADER)) as conn:
        county = read_county_without_ground(conn)
        if not county.doors.codes:
            return 0
        answers = evaluate_all(county, read_rules(conn), read_waivers(conn))
        note_day(conn, {code: answer.figures for code, answer in answers.items()})
        return len(answers)


def keep_noting(settings: Settings) -> threading.Thread:
    """A thread that notes the figures for as long as the program runs; a failure is logged, and tried again."""
    thread = threading.Thread(target=_note_again_and_again, args=(settings,), name="daily figures", daemon=True)
    thread.start()
    return thread


def _note_again_and_again(settings: Settings) -> None:
    """Note the figures every hour."""
    while True:
        try:
            note_today(settings)
        except GeoGridError as failure:
            _LOG.error("the day's coverage figures could not be noted: %s", failure)
        threading.Event().wait(EVERY_SECONDS)
