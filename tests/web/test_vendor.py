"""The shelf of browser assets."""

from __future__ import annotations

import json

from web.maps.icons import NAMES, sprite
from web.maps.vendor import ASSETS, MODULES, ROOT, SHELF, install_packages, sha384, stock_shelf


def test_a_stocked_shelf_is_left_alone() -> None:
    assert stock_shelf() is False


def test_the_manifest_names_version_licence_and_digest_of_every_file() -> None:
    manifest = json.loads((SHELF / "manifest.json").read_text(encoding="utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {entry["file"] for entry in manifest["files"]} == {asset.name for asset in ASSETS} | {"icons.svg"}
    for entry in manifest["files"]:
        assert entry["version"] == locked[f"node_modules/{entry['package']}"]["version"]
        assert entry["license"]
        assert entry["sha384"] == sha384(SHELF / entry["file"])


def test_nothing_else_lies_on_the_shelf() -> None:
    manifest = json.loads((SHELF / "manifest.json").read_text(encoding="utf-8"))
    named = {entry["file"] for entry in manifest["files"]} | {"manifest.json"}
    assert {path.name for path in SHELF.iterdir()} == named


def test_every_version_is_exact() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert version.replace(".", "").isdigit()


def test_the_sprite_has_a_symbol_for_every_icon() -> None:
    install_packages()
    drawn = sprite(MODULES / "bootstrap-icons" / "icons")
    assert all(f'id="i-{name}"' in drawn for name in NAMES)


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    import re

    pages = [*(ROOT / "web" / "templates").rglob("*.html"), *(ROOT / "web" / "static" / "js").glob("*.js")]
    named = {
        name
        for page in pages
        for name in re.findall(r"icon\(['\"]([a-z]+)['\"]|#i-([a-z]+)", page.read_text(encoding="utf-8"))
        for name in name
        if name
    }
    assert named
    assert named <= NAMES
