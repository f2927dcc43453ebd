"""Every sentence with which supervision and the forms refuse is there in Chinese, with the same places for facts."""

from __future__ import annotations

import ast
import re

from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.house.sources import ROOT
from tests.web.test_language import words_in_catalog

PLACE = re.compile(r"%\((\w+)\)s")
PACKAGES = ("staffing", "risks", "hazards", "inspections", "visits", "checks", "workload", "facilities", "boards")
#: Sentences that are put into others as facts.
FACTS = {
    "the shape",
    "its code takes small letters, digits and _, and begins with a letter",
    "give it a name in Chinese and in English",
    "a distance lies between 1 and 200000 metres",
    "a worker's households are limited to a number from 1 to 100000",
    "visits in 30 days are a number from 1 to 60",
}


def catalog() -> dict[str, str]:
    """The sentences that are there in Chinese."""
    with (ROOT / "web" / "translations" / "zh" / "LC_MESSAGES" / "supervision.po").open("rb") as po:
        return {str(one.id): str(one.string) for one in read_po(po) if one.id}


def said() -> set[str]:
    """The sentences of errors, as they are written in the code."""
    files = [file for package in PACKAGES for file in (ROOT / "geo_grid" / package).rglob("*.py")]
    files += [
        *(ROOT / "web").glob("*.py"),
        *(ROOT / "web" / "views").glob("*.py"),
        *(ROOT / "web" / "api").glob("*.py"),
    ]
    files += [ROOT / "geo_grid" / name for name in ("errors.py", "grids/drawn.py", "access/model.py")]
    files += (ROOT / "geo_grid" / "publish").glob("*.py")
    return {
        node.args[0].value
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr == "say" or (node.func.attr == "of" and ast.unparse(node.func.value) != "Finding"))
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_every_refusal_is_there_in_chinese_and_none_is_left_over() -> None:
    assert said() - words_in_catalog().keys() == set()
    assert set(catalog()) - said() == FACTS


def test_both_languages_have_the_same_places_for_facts() -> None:
    differing = {en for en, zh in catalog().items() if sorted(PLACE.findall(en)) != sorted(PLACE.findall(zh))}
    assert differing == set()


def test_a_refusal_is_read_in_the_readers_language(client: FlaskClient) -> None:
    assert "没有工号为 W404 的网格员：请查看网格员名单" in client.get("/workers/W404").text
    client.set_cookie("geo_grid_language", "en")
    assert "there is no worker W404: see the list of workers" in client.get("/workers/W404").text
