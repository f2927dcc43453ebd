"""The page that holds us against ASVS names tests that are there, and every requirement once."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from tests.house.sources import ROOT

PAGE = (ROOT / "docs" / "explanation" / "asvs.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_what_is_named_as_a_proof_is_there(file: str, name: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not name or f"def {name}(" in source


def test_every_requirement_stands_there_once() -> None:
    cells = [line.split("|")[1] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    ids = list(chain.from_iterable(re.findall(r"\d+\.\d+\.\d+(?:–\d+\.\d+\.\d+)?", cell) for cell in cells))
    assert len(ids) > 100
    assert len(ids) == len(set(ids))


def test_every_line_says_whether_it_is_met_and_how() -> None:
    for line in PAGE.splitlines():
        if re.match(r"\| \d", line):
            _, _, what, met, shown, _ = (cell.strip() for cell in line.split("|"))
            assert what
            assert met in {"yes", "partly", "no", "–"}
            assert len(shown) > 10
