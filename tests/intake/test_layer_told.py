"""Of a layer's columns nothing is taken, and nothing left, in silence."""

from __future__ import annotations

import pytest

from geo_grid.intake.choices import Choices, LayerChoice
from geo_grid.intake.field_map import FieldMap
from geo_grid.intake.field_names import Noun
from geo_grid.intake.layer import Layer
from geo_grid.intake.layer_told import columns_told


def told(**columns: list[str]) -> list[str]:
    """What is said of a layer of households with these columns, and of which row."""
    found = columns_told(Layer("doors.csv", "doors", columns), Noun.HOUSEHOLDS, {})
    assert {one.severity for one in found} <= {"warning"}
    return [one.message if one.row is None else f"{one.rule} {one.row}" for one in found]


def test_columns_that_are_none_of_our_fields_are_named_in_one_line() -> None:
    assert told(户编码=["H1"], 联系=["上午"], 备注=["老人"], fid=["1"], 空=[""]) == ["not brought in: 联系、备注"]
    assert told(户编码=["H1"], 地址=["西村1号"], objectid=["7"]) == []


def test_of_very_many_such_columns_the_first_are_named() -> None:
    (line,) = told(户编码=["H1"], **{f"甲{number}": ["x"] for number in range(15)})
    assert line.endswith("甲11 … +3")


@pytest.mark.parametrize("phone", ["$", "12", "13800000001      `", "tel:138", "不详", "1" * 40_000 + "`"])
def test_a_phone_with_which_nobody_can_be_called_is_told_with_its_row(phone: str) -> None:
    assert told(户编码=["H1", "H2"], 联系电话=["13800000001", phone]) == ["phone_none 2"]


@pytest.mark.parametrize(
    "phone", ["", "110", "+86-138 0000 0001", "(0571) 8888-8888转801", "１３８００００００１", "李13800000001"]
)
def test_phones_as_people_write_them_are_left_alone(phone: str) -> None:
    assert told(户编码=["H1", "H2"], 联系电话=["13800000001", phone]) == []


def test_columns_that_a_chosen_map_leaves_out_are_named_too() -> None:
    layer = Layer("doors.csv", "doors", {"甲": ["H1"], "备注": ["老人"], "空": [""]})
    chosen = FieldMap(noun="households", columns={"code": "甲"})
    settled = Choices(layers={"doors.csv": LayerChoice(map=chosen)}).settled(layer)
    assert settled is not None
    assert [one.message for one in settled.findings] == ["not brought in: 备注"]
    assert columns_told(settled, Noun.HOUSEHOLDS, {}) == []
