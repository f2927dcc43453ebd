"""Every sentence with which redraws refuse is there in Chinese, with the same places for facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from babel.messages.pofile import read_po

from geo_grid.redraw import WHY, Said
from tests.house.sources import ROOT
from web.app import create_app
from web.redraws.sentences import said

_PLACE = re.compile(r"%\((\w+)\)[.\d]*[sdf]")


def catalog() -> dict[str, str]:
    """The sentences that are there in Chinese."""
    with (ROOT / "web" / "translations" / "zh" / "LC_MESSAGES" / "refusals.po").open("rb") as po:
        return {str(one.id): str(one.string) for one in read_po(po) if one.id}


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the library whose first argument is a reason, with that reason."""
    for path in sorted((ROOT / "geo_grid" / "redraw").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and _makes(node.func)
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                reason = node.args[0].value
                if isinstance(reason, str) and reason in WHY:
                    yield reason, node


def _makes(called: ast.expr) -> bool:
    """Whether a value is made: a class is called, or the class above."""
    return (isinstance(called, ast.Name) and called.id[0].isupper()) or (
        isinstance(called, ast.Attribute) and called.attr == "__init__"
    )


def test_every_reason_is_there_in_chinese_and_none_is_left_over() -> None:
    assert set(catalog()) == set(WHY.values())


def test_both_languages_have_the_same_places_for_facts() -> None:
    assert [
        says for says, here in catalog().items() if sorted(_PLACE.findall(says)) != sorted(_PLACE.findall(here))
    ] == []


def test_every_reason_is_given_somewhere_and_with_all_its_facts() -> None:
    lacking, seen = [], set[str]()
    for reason, call in raised():
        seen.add(reason)
        given = {one.arg for one in call.keywords if one.arg}
        spread = any(one.arg is None for one in call.keywords)
        if len(call.args) < 2 and not spread and not set(_PLACE.findall(WHY[reason])) <= given:
            lacking.append(reason)
    assert lacking == []
    # The errors of a line are named by the plane geometry.
    assert set(WHY) - seen <= {"not_finite", "too_many_vertices", "too_far", "too_short", "self_crossing"}


def test_tiers_and_stages_are_said_as_words_in_either_language() -> None:
    wrong = Said("merge_tiers", {"grid": "A", "other": "B", "tier": "MICRO", "tier_other": "GROUP"})
    assert str(wrong) == "B is a group grid, A a micro grid: merge like with like"
    with create_app().test_request_context("/?lang=zh_CN"):
        assert said(wrong.says, wrong.facts) == "B 是组网格，A 是微网格：只能合并同一层级的网格"
    with create_app().test_request_context("/?lang=en"):
        assert said(wrong.says, wrong.facts) == str(wrong)
