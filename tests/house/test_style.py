"""The rules of style that no linter knows."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import geo_grid
from geo_grid.errors import GeoGridError
from tests.house.sources import ROOT, Source, program, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
#: Names that say nothing about what lives in a file.
SAYS_NOTHING = {"util", "utils", "helpers", "helper", "common", "misc", "base", "manager", "process", "data", "info"}
#: A full stop that ends a sentence: not that of 'e.g.' or '0.1.0'.
FULL_STOP_INSIDE = re.compile(r"(?<!e\.g)(?<!i\.e)[.!?] +[A-Z一-鿿]")


def opening(source: Source) -> str:
    """The first line of a file's docstring."""
    return (ast.get_docstring(source.tree) or "").split("\n", 1)[0]


def is_one_sentence(line: str) -> bool:
    """Whether a line is one whole sentence."""
    return line.endswith((".", "?")) and not FULL_STOP_INSIDE.search(line)


def test_every_file_opens_with_one_sentence() -> None:
    assert [s.name for s in sources() if s.text.strip() and not is_one_sentence(opening(s))] == []


def test_every_script_opens_with_one_sentence() -> None:
    second_lines = {path.name: path.read_text().splitlines()[1] for path in (ROOT / "scripts").glob("*.sh")}
    assert [name for name, line in second_lines.items() if not (line.startswith("# ") and is_one_sentence(line))] == []


def test_no_file_is_longer_than_400_lines() -> None:
    assert {s.name: s.text.count("\n") for s in sources() if s.text.count("\n") > LONGEST_FILE} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    assert list(long_functions()) == []


def long_functions() -> Iterator[str]:
    """Every function with too many lines, with their number."""
    for source in sources():
        for function in source.functions():
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{source.name}:{function.lineno} {function.name} has {lines} lines"


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [s.name for s in sources() if SAYS_NOTHING & {s.path.stem, s.path.parent.name}] == []


def test_every_public_function_and_class_of_the_program_says_what_it_is() -> None:
    assert list(undocumented()) == []


def undocumented() -> Iterator[str]:
    """Every public function, method or class of the program without a docstring."""
    for source in program():
        for node in ast.walk(source.tree):
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and not node.name.startswith("_")
                and ast.get_docstring(node) is None
                and node not in inner(source)
            ):
                yield f"{source.name}:{node.lineno} {node.name}"


def inner(source: Source) -> set[ast.AST]:
    """What lives inside the functions and the private classes of a file."""
    private = (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef) and node.name.startswith("_"))
    return {node for outer in (*source.functions(), *private) for node in ast.walk(outer) if node is not outer}


def test_every_error_says_what_it_means_and_is_of_one_of_our_kinds() -> None:
    for module in pkgutil.walk_packages(geo_grid.__path__, "geo_grid."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    errors = list(below(GeoGridError))
    assert [error.__qualname__ for error in errors if not error.__doc__] == []
    assert {error.exit_code for error in errors} == {2, 3, 4, 5, 6}


def below(kind: type[GeoGridError]) -> Iterator[type[GeoGridError]]:
    """Every error of ours under `kind`."""
    for error in kind.__subclasses__():
        if error.__module__.startswith("geo_grid"):
            yield error
            yield from below(error)
