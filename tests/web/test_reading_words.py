"""Every sentence that reading a file can answer with is there in Chinese, with the same places for facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from babel.messages.pofile import read_po

from tests.house.sources import ROOT, program

FILES = {
    f"geo_grid/intake/{name}.py"
    for name in (
        "archive", "shapefile", "dbf", "dbf_header", "records", "rows", "rings", "encoding", "weighing", "garbled",
        "geojson", "geopackage", "parquet", "spreadsheet", "standing_shapes",
        "workbook", "read", "look", "places", "sandbox", "noticed",
    )
}  # fmt: skip
#: Where a sentence for people stands: in a refusal, in a finding, or under the name of what is said.
_SAYING = {"Unreadable", "of", "of_rows"}
_NAMES = {"says", "hint", "reason"}
_PLACE = re.compile(r"%\((\w+)\)s")


def sentences() -> Iterator[str]:
    """Every sentence for people in the files that read."""
    for source in program():
        if source.name not in FILES:
            continue
        for node in ast.walk(source.tree):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                parts = list(node.args) if called in _SAYING else []
            elif isinstance(node, ast.Assign) and {getattr(one, "id", "") for one in node.targets} & _NAMES:
                parts = [node.value]
            for part in parts:
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                    yield part.value


def texts() -> set[str]:
    """Every text in the files that read."""
    return {text for source in program() if source.name in FILES for text in source.texts()}


def known() -> dict[str, str]:
    """The sentences that are there in Chinese."""
    with (ROOT / "web" / "translations" / "zh" / "LC_MESSAGES" / "reading.po").open("rb") as po:
        return {str(message.id): str(message.string) for message in read_po(po) if message.id}


def test_every_sentence_of_reading_is_there_in_chinese() -> None:
    assert sorted(set(sentences()) - set(known())) == []


def test_no_sentence_in_chinese_is_left_over() -> None:
    assert {said for said in known() if said not in texts()} == set()


def test_both_languages_have_the_same_places_for_facts() -> None:
    assert [said for said, here in known().items() if places(said) != places(here)] == []


def places(sentence: str) -> list[str]:
    """The names of the facts that a sentence takes."""
    return sorted(_PLACE.findall(sentence))
