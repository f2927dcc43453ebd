"""How figures are written."""

from __future__ import annotations

import pytest
from flask import Flask

from web import formats


@pytest.mark.parametrize(
    ("area_m2", "written"),
    [(12.4, "12 m²"), (9_999, "9,999 m²"), (25_000, "2.5 公顷"), (412_000, "0.41 km²"), (123_456_789, "123 km²")],
)
def test_an_area_is_written_in_the_unit_that_fits(app: Flask, area_m2: float, written: str) -> None:
    with app.test_request_context():
        assert formats.area(area_m2) == written


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert formats.percent(999, 1000) == "99%"
    assert formats.percent(1000, 1000) == "100%"
    assert formats.percent(99_999, 100_000, 1) == "99.9%"
    assert formats.percent(0, 0) == "–"


@pytest.mark.parametrize(
    ("limits", "labels"),
    [
        ((0.5, 0.6, 0.7, 0.8), ["<50%", "50–60", "60–70", "70–80", "≥80%"]),
        ((0.01, 0.5, 1.0), ["0%", "1–50", "50–100", "100%"]),
    ],
)
def test_each_class_of_shares_has_a_label(limits: tuple[float, ...], labels: list[str]) -> None:
    assert [formats.class_label("coverage", limits, i) for i in range(len(labels))] == labels


def test_classes_of_counts_have_no_percent() -> None:
    assert [formats.class_label("load", (8, 12), i) for i in range(3)] == ["<8", "8–12", "≥12"]


def test_a_ramp_goes_from_its_first_to_its_last_colour() -> None:
    assert [formats.ramp_step(i, 5) for i in range(5)] == [1, 2, 3, 4, 5]
    assert [formats.ramp_step(i, 3) for i in range(3)] == [1, 3, 5]
    assert formats.ramp_step(0, 1) == 3
