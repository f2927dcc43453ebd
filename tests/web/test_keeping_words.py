"""The library's sentences about former states and what is kept are there in Chinese, with the same places for facts."""

from __future__ import annotations

import ast

from babel.messages.pofile import read_po

from tests.house.sources import ROOT, program
from tests.web.test_reading_words import places

PACKAGES = ("geo_grid/rewind/", "geo_grid/retention/")


def texts() -> set[str]:
    """Every text in these packages."""
    return {text for one in program() if one.name.startswith(PACKAGES) for text in one.texts()}


def sentences() -> set[str]:
    """The texts that are said to people: given to `of`, named `says`, or with places for facts."""
    found = {text for text in texts() if "%(" in text}
    for source in program():
        if not source.name.startswith(PACKAGES):
            continue
        for node in ast.walk(source.tree):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "of":
                parts = node.args
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "says":
                parts = [node.value]
            found |= {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return found


def known() -> dict[str, str]:
    """The sentences that are there in Chinese."""
    with (ROOT / "web" / "translations" / "zh" / "LC_MESSAGES" / "keeping.po").open("rb") as po:
        return {str(message.id): str(message.string) for message in read_po(po) if message.id}


def test_every_sentence_is_there_in_chinese_and_none_is_left_over() -> None:
    assert sentences() - set(known()) == set()
    assert set(known()) - texts() == set()


def test_both_languages_name_the_same_facts() -> None:
    assert [said for said, here in known().items() if places(said) != places(here)] == []
