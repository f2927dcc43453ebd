"""The sentences about accounts, and about taking staffing back, are there in Chinese with the same facts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from babel.messages.pofile import read_po

from tests.house.sources import ROOT, Source, program
from tests.web.test_reading_words import places

PACKAGES = ("geo_grid/access/", "geo_grid/staffing/undo/")
#: What is said to who writes the program, not to who uses it.
SAYING = {"of", "say", "__init__", "BadInput", "Refused", "NotFound", "WeakPassword", "NotStaffing"}


def known() -> dict[str, str]:
    """The sentences that are there in Chinese."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "web" / "translations" / "zh" / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as po:
            found |= {str(message.id): str(message.string) for message in read_po(po) if message.id}
    return found


def said(source: Source) -> Iterator[ast.expr]:
    """What the errors of a file are made of."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYING:
                yield from (part for part in node.args if isinstance(part, ast.Constant | ast.JoinedStr))


def sentences() -> set[str]:
    """Every sentence of these packages."""
    parts = [part for one in program() if one.name.startswith(PACKAGES) for part in said(one)]
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_sentence_is_there_in_chinese_with_the_same_facts() -> None:
    here = known()
    assert len(sentences()) > 15
    assert [one for one in sentences() if one not in here or places(one) != places(here[one])] == []


def test_no_sentence_is_put_together_before_it_is_translated() -> None:
    """A fact in the midst of a sentence would keep its translation from being found."""
    together = [
        one.name
        for one in program()
        if one.name.startswith(PACKAGES)
        for part in said(one)
        if isinstance(part, ast.JoinedStr)
    ]
    assert together == []
