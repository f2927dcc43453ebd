"""Everything that a clerk can be told of an import is there in Chinese; a new sentence without one fails here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from babel.messages.pofile import read_po

from geo_grid.checks.finding import Finding
from geo_grid.cli.speaking import findings_lines, refusal
from geo_grid.intake import NotClean
from geo_grid.vocabulary import Tier
from tests.house.sources import Source, program
from web.finding_words import in_language
from web.imports import STAGES
from web.language import TRANSLATIONS, chinese

FILES = (
    "geo_grid/intake/",
    "geo_grid/jobs/importing.py",
    "geo_grid/jobs/worker.py",
    "geo_grid/partition/chain.py",
    "web/api/imports.py",
    "web/views/imports.py",
)
#: Sentences for operators, programmers and the journal, whose language is English.
NOT_FOR_CLERKS = {
    "geo_grid/intake/confined.py",  # a fault of the program
    "geo_grid/intake/handover.py",  # likewise
    "geo_grid/intake/report.py",  # lines of the shell: `cli.speaking` has the Chinese ones
}
#: Texts with spaces that nobody is told, or that are words of their own: SQL, the log, names of CRS, of one byte.
OTHERS = re.compile(
    r"SELECT |PRAGMA |geo-grid import|job %d|the worker waits|reading failed|shapes for tiles|language byte"
    r"|What is wrong|import \{\} on|import run|undid import|change set \{\}|there is no step|: there is no such file"
    r"|web map|north before east|north first|control points \(±|^the file$"
)
#: What GEOS says is wrong with a shape, and what `check_texts` calls a field.
GEOS_REASONS = {
    "self-intersection", "ring self-intersection", "hole lies outside shell", "holes are nested", "nested shells",
    "interior is disconnected", "duplicate rings", "too few points in geometry component", "invalid coordinate",
    "ring is not closed",
}  # fmt: skip
FIELDS = {
    "(web map)",
    ", north before east",
    "the parent",
    "the address",
    "the phone",
    "the contact",
    "the note",
    "the grid code",
}
#: How nouns and rules are looked up, which are no sentences.
LOOKED_UP = ("noun:", "rule:")
_PLACE = re.compile(r"%\((\w+)\)[-.\d]*[sdf]|%%")


def told(source: Source) -> Iterator[str]:
    """Every text of a file that reads like a sentence; of one put together in place, with {} for the facts."""
    quiet = {id(part) for node in ast.walk(source.tree) for part in _unread(node)}
    for node in ast.walk(source.tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            text = "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet:
            text = node.value
        if " " in text and len(re.findall(r"[A-Za-z]{2,}", text)) > 1 and not OTHERS.search(text):
            yield text


def _unread(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a node that no clerk reads: docstrings, pieces of texts put together in place, the API's."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in ast.walk(node) if part is not node)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (text for key, text in pairs if isinstance(key, ast.Constant) and key.value == "description")
    for statement in getattr(node, "body", []) if isinstance(getattr(node, "body", None), list) else []:
        if isinstance(statement, ast.Expr):
            yield statement.value


def sources() -> list[Source]:
    """The files that can tell a clerk something of an import."""
    return [
        one for one in program()
        if one.name.startswith(FILES) and one.name not in NOT_FOR_CLERKS and not one.name.endswith("store.py")
    ]  # fmt: skip


def known() -> dict[str, str]:
    """Everything that is there in Chinese."""
    there: dict[str, str] = {}
    for path in TRANSLATIONS.glob("zh/LC_MESSAGES/*.po"):
        with path.open("rb") as po:
            there |= {str(one.id): str(one.string) for one in read_po(po) if one.id and one.string}
    return there


def test_every_sentence_of_an_import_is_there_in_chinese() -> None:
    there = set(known()) | set(STAGES)
    missing = {f"{source.name}: {text}" for source in sources() for text in told(source) if text not in there}
    assert missing == set()


def test_every_stage_of_work_has_a_label() -> None:
    stages = {
        node.args[0].value
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
        if (isinstance(node.func, ast.Name) and node.func.id in {"told", "watch"} and len(node.args) != 2)
        or (isinstance(node.func, ast.Attribute) and node.func.attr in {"_watch", "note", "lap"})
    }
    assert len(stages) > 10
    assert {stage for stage in stages if isinstance(stage, str)} <= set(STAGES)


def test_no_finding_is_made_without_its_sentence() -> None:
    plain = [
        f"{source.name}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding" and node.args
    ]
    # The faults that repairs will tell in its place are never shown.
    assert [place for place in plain if not place.startswith("geo_grid/intake/plan.py")] == []


def test_both_languages_have_the_same_places_for_facts() -> None:
    with (TRANSLATIONS / "zh" / "LC_MESSAGES" / "intake.po").open("rb") as po:
        pairs = [(str(one.id), str(one.string)) for one in read_po(po) if one.id]
    assert [one for one, other in pairs if sorted(_PLACE.findall(one)) != sorted(_PLACE.findall(other))] == []


def test_no_sentence_in_chinese_is_left_over() -> None:
    texts = {text for source in program() for text in source.texts()}
    with (TRANSLATIONS / "zh" / "LC_MESSAGES" / "intake.po").open("rb") as po:
        ours = {str(one.id) for one in read_po(po) if one.id}
    codes = {tier.code for tier in Tier}
    left = ours - texts - GEOS_REASONS - FIELDS - codes
    assert {one for one in left if not one.startswith(LOOKED_UP)} == set()


FINDING = Finding.of(
    "code_duplicate", "grids.zip row 3", "code %(code)s is there twice: %(other)s has it too",
    "give each one a code of its own", facts={"code": "A-1", "other": "grids.zip row 1"},
)  # fmt: skip


def test_a_report_to_send_back_is_in_chinese_from_the_pages_and_from_the_command() -> None:
    (one,) = in_language([FINDING.to_json()], chinese())
    assert one["message"] == "编码 A-1 重复：grids.zip row 1 也使用了它"
    assert (one["where"], one["hint"]) == ("grids.zip 第 3 行", "请给每一个单独的编码")


def test_a_chinese_shell_is_told_in_chinese_and_an_english_one_in_english(monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert findings_lines([FINDING]) == [
        "错误：grids.zip 第 3 行：编码 A-1 重复：grids.zip row 1 也使用了它（请给每一个单独的编码）"
    ]
    assert refusal([FINDING, FINDING]).endswith("（另有 1 个问题）")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert findings_lines([FINDING]) == [FINDING.to_line()]
    assert str(NotClean([FINDING])).startswith("nothing was imported: grids.zip row 3")
