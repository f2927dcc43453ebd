"""Every sentence about what files hold is there in Chinese, with the same places for facts."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from geo_grid.intake import crs
from geo_grid.intake.crs_weigh import SAYS
from geo_grid.intake.field_guess import REASONS
from geo_grid.intake.layer_told import COLUMNS_LEFT, FIELDS_GUESSED, PHONE_NONE
from geo_grid.intake.validate.words import WORDS
from tests.house.sources import ROOT
from web.finding_words import place, sentence
from web.language import chinese

_PLACE = re.compile(r"%\((\w+)\)[.\d]*[sdf]|%%")


def sentences() -> set[str]:
    """Every sentence and hint of the rules about files."""
    pairs = [*WORDS.values(), *SAYS.values()]
    return (
        {text for pair in pairs for text in pair if text}
        | set(REASONS.values())
        | set(crs.SENTENCES)
        | {*FIELDS_GUESSED, *COLUMNS_LEFT, *PHONE_NONE}
    )


def known() -> dict[str, str]:
    """The sentences that are there in Chinese, those of labels left out."""
    with (ROOT / "web" / "translations" / "zh" / "LC_MESSAGES" / "findings.po").open("rb") as po:
        return {str(one.id): str(one.string) for one in read_po(po) if one.id and not str(one.id).startswith("rule:")}


def test_every_sentence_about_files_is_there_in_chinese_and_none_is_left_over() -> None:
    assert set(known()) == sentences()


def test_both_languages_have_the_same_places_for_facts() -> None:
    assert [said for said, here in known().items() if places(said) != places(here)] == []


def places(sentence: str) -> list[str]:
    """The names of the facts that a sentence takes."""
    return sorted(match[0] for match in _PLACE.finditer(sentence))


def test_tiers_and_ground_among_the_facts_are_chinese_too() -> None:
    says = "%(count)s grids of %(tier)s: %(area)s"
    one = {"says": says, "facts": {"count": 5, "tier": "TOTAL", "area": "2.26 ha"}, "where": "SUB"}
    assert sentence(one, chinese()) == "5 grids of 总网格: 2.26 公顷"
    assert place(one, chinese()) == "分网格"
