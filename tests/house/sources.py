"""The project's own Python files, parsed once for the tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("geo_grid", "web", "migrations", "scripts", "bench", "tests")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root of the checkout."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        """The dotted package it lies in."""
        return self.path.parent.relative_to(ROOT).as_posix().replace("/", ".")

    @cached_property
    def text(self) -> str:
        """What it says."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """What it says, parsed."""
        return ast.parse(self.text)

    def functions(self) -> Iterator[Function]:
        """Every function and method in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imports(self) -> Iterator[str]:
        """Every module or name it imports, dotted and absolute."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = self.package.split(".")[: -node.level + 1 or None] if node.level else []
                origin = ".".join([*above, node.module] if node.module else above)
                yield from (f"{origin}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[str]:
        """The last name of everything it calls: `execute` for `conn.execute(…)`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                called = node.func
                yield called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")

    def texts(self) -> Iterator[str]:
        """Every string in it that is not a docstring; the fixed parts of f-strings one by one."""
        docs = {id(node.body[0].value) for node in ast.walk(self.tree) if _has_docstring(node)}  # type: ignore[attr-defined]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield node.value


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every Python file of the project."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(Source(path) for path in found if "node_modules" not in path.parts)


def program() -> tuple[Source, ...]:
    """The files of the program itself."""
    return tuple(source for source in sources() if source.name.startswith(("geo_grid/", "web/")))


def _has_docstring(node: ast.AST) -> bool:
    """Whether a module, class or function opens with a docstring."""
    return isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node) is not None
