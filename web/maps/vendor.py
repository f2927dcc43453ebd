"""The copy step: `python -m web.maps.vendor` puts the browser assets we use on our own shelf, web/static/vendor."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from geo_grid.errors import GeoGridError, Unavailable
from web.language import compile_translations
from web.maps.icons import sprite

ROOT = Path(__file__).resolve().parent.parent.parent
SHELF = ROOT / "web" / "static" / "vendor"
MODULES = ROOT / "node_modules"
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=\S+( \*/)?\s*$")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a package and its name on our shelf."""

    package: str
    source: str
    name: str


ASSETS = (
    Asset("leaflet", "dist/leaflet.js", "leaflet.js"),
    Asset("leaflet", "dist/leaflet.css", "leaflet.css"),
    Asset("bootstrap", "dist/css/bootstrap-reboot.min.css", "bootstrap-reboot.css"),
)


def stock_shelf() -> bool:
    """Fill the shelf by the lock file; False when it was already right, so that a second start costs nothing.

    Processes that start at once take turns: the first one fills it.
    """
    lock = _lock_digest()
    with (ROOT / "package-lock.json").open("rb") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if _shelf_matches(lock):
            return False
        _fill(lock)
    return True


def _fill(lock: str) -> None:
    """Make the shelf anew beside the old one and put it in its place."""
    install_packages()
    fresh = SHELF.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for asset in ASSETS:
        text = (MODULES / asset.package / asset.source).read_bytes()
        (fresh / asset.name).write_bytes(SOURCE_MAP.sub(b"\n", text))
    (fresh / "icons.svg").write_text(sprite(MODULES / "bootstrap-icons" / "icons"), encoding="utf-8")
    (fresh / "manifest.json").write_text(json.dumps(_manifest(fresh, lock), indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(SHELF, ignore_errors=True)
    fresh.rename(SHELF)


def install_packages() -> None:
    """Run `npm ci` unless node_modules already holds what the lock file names."""
    stamp = MODULES / ".geo_grid-lock"
    lock = hashlib.sha384((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == lock:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is missing: install Node.js 18 or newer (apt-get install npm), then run make again")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Unavailable(f"npm ci failed ({lines[-1]}): see whether the npm registry answers, then run make again")
    stamp.write_text(lock, encoding="ascii")


def sha384(path: Path) -> str:
    """The file's digest as browsers write it in an integrity attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode("ascii")


def _lock_digest() -> str:
    """One digest of all that decides what the shelf holds: the lock file, the icon list and this file."""
    digest = hashlib.sha384((ROOT / "package-lock.json").read_bytes())
    for source in (Path(__file__), *sorted((Path(__file__).parent / "icons").glob("*.*"))):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _shelf_matches(lock: str) -> bool:
    try:
        manifest = json.loads((SHELF / "manifest.json").read_text(encoding="utf-8"))
        return manifest["lock"] == lock and all(
            sha384(SHELF / entry["file"]) == entry["sha384"] for entry in manifest["files"]
        )
    except (OSError, ValueError, KeyError):
        return False


def _manifest(folder: Path, lock: str) -> dict[str, object]:
    sources = [(asset.package, asset.name) for asset in ASSETS] + [("bootstrap-icons", "icons.svg")]
    files = []
    for package, name in sources:
        about = json.loads((MODULES / package / "package.json").read_text(encoding="utf-8"))
        files.append(
            {
                "file": name,
                "package": package,
                "version": about["version"],
                "license": about["license"],
                "sha384": sha384(folder / name),
            }
        )
    return {"lock": lock, "files": files}


def main() -> int:
    """Stock the shelf and compile the translations; the exit code tells by kind what went wrong."""
    try:
        changed = stock_shelf()
        compile_translations()
    except GeoGridError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return wrong.exit_code
    sys.stdout.write("browser assets: copied\n" if changed else "browser assets: up to date\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
