"""The county's day is the same for the program and for the database, whatever clock the machine keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime

from geo_grid.clock import day_of, today
from geo_grid.db import DbRole, engine
from geo_grid.settings import Settings
from tests.house.sources import program


def test_the_day_begins_at_four_in_the_afternoon_of_greenwich() -> None:
    assert day_of(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert day_of(datetime(2026, 11, 22, 16, 0, 0, tzinfo=UTC)) == date(2026, 11, 23)


def test_program_and_database_know_the_same_day(settings: Settings) -> None:
    with engine(settings, DbRole.WEB).connect() as conn:
        before, said, after = today(), conn.exec_driver_sql("SELECT current_date").scalar_one(), today()
    assert said in {before, after}


def test_nothing_asks_the_machine_for_the_day() -> None:
    assert [source.name for source in program() if "date.today()" in source.path.read_text(encoding="utf-8")] == []
