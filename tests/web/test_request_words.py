"""What is wrong with a parameter or a key of a request is there in Chinese; nothing is left over."""

from __future__ import annotations

import ast
import re

from babel.messages.pofile import read_po

from tests.house.sources import program
from web.language import TRANSLATIONS

#: The two kinds of error that put the name of what is wrong before the words they are given.
BEFORE = {"BadParameter": "the parameter %(parameter)s must be ", "BadKey": "the key '%(key)s' must be "}
PLACE = re.compile(r"%\((\w+)\)s")


def told() -> dict[str, set[str]]:
    """Every such sentence, with the names of the facts that it is given."""
    found: dict[str, set[str]] = {}
    for source in program():
        for node in ast.walk(source.tree):
            kind = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and kind in BEFORE:
                wanted = ast.literal_eval(node.args[1])
                name = PLACE.findall(BEFORE[kind])
                found[BEFORE[kind] + wanted] = {*name, *(one.arg for one in node.keywords if one.arg)}
    return found


def known() -> dict[str, str]:
    """The sentences that are there in Chinese."""
    with (TRANSLATIONS / "zh" / "LC_MESSAGES" / "requests.po").open("rb") as po:
        return {str(one.id): str(one.string) for one in read_po(po) if one.id}


def test_every_one_is_there_in_chinese_and_none_is_left_over() -> None:
    assert set(told()) == set(known())


def test_both_languages_have_the_facts_that_are_given() -> None:
    here = known()
    assert {says: set(PLACE.findall(says)) for says in told()} == told()
    assert {says: set(PLACE.findall(here[says])) for says in told()} == told()
