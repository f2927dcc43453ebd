"""The reference says what the code is."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.house.sources import ROOT


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """scripts/reference.py, which is a program and not a package's module."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["settings.md", "commands.md", "routes.md", "rules.md", "vocabulary.md", "redraw-api.md"]
)
def test_the_reference_is_what_make_reference_writes(reference: ModuleType, name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == reference.PAGES[name]()


def test_every_page_of_the_reference_is_checked(reference: ModuleType) -> None:
    assert {path.name for path in (ROOT / "docs" / "reference").glob("*.md")} == set(reference.PAGES)


def test_every_setting_command_and_address_says_what_it_means(reference: ModuleType) -> None:
    pages = "".join(write() for write in reference.PAGES.values())
    assert [line for line in pages.splitlines() if line.startswith("| `") and line.endswith("|  |")] == []
