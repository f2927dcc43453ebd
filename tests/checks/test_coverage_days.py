"""Posts count as filled on the days somebody is in them, the last day included."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from geo_grid.county import County
from geo_grid.households import Doors
from geo_grid.intake.layer import Layer
from geo_grid.intake.staff_rows import staff_rows
from geo_grid.staffing import Assignment, Post, Staff
from geo_grid.vocabulary import Role

POST = Post("G", Role.LEADER)
TODAY = date(2026, 11, 22)


def county(since: date, until: date | None) -> County:
    """A county with one post, held from one day up to and without another."""
    staff = Staff({}, [POST], [Assignment(POST, "W", since, until)])
    return County(4546, [], Doors((), np.empty((0, 2)), (), ()), staff, TODAY, None)


@pytest.mark.parametrize(
    ("since", "until", "filled"),
    [
        (TODAY, None, True),
        (TODAY - timedelta(days=9), TODAY + timedelta(days=1), True),
        (TODAY - timedelta(days=9), TODAY, False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_a_post_is_filled_on_the_days_of_its_assignment(since: date, until: date | None, filled: bool) -> None:
    assert (POST in county(since, until).filled) is filled


@pytest.mark.parametrize(("written", "until"), [("2026-12-31", date(2027, 1, 1)), ("9999-12-31", None), ("", None)])
def test_a_table_names_the_last_day_in_the_post(written: str, until: date | None) -> None:
    columns: dict[str, Any] = {
        "工号": ["W"],
        "姓名": ["王一"],
        "网格编码": ["G"],
        "岗位": ["网格长"],
        "起始日期": ["2026-01-01"],
        "截止日期": [written],
    }
    rows, findings = staff_rows([Layer("workers", "workers.csv", columns)], {}, {"G"})
    assert not findings
    assert [row.until for row in rows] == [until]
