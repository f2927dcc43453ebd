"""The static files, read once, each under an address that changes when any of them does."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from geo_grid.errors import NotFound, Unavailable
from geo_grid.vocabulary import Action
from web.access import needs
from web.compress import takes_gzip

FOLDER = Path(__file__).resolve().parent / "static"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class File:
    """A static file in memory, plain and in gzip."""

    plain: bytes
    packed: bytes
    mimetype: str


class Shelf:
    """All static files under one digest."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.files = {path.relative_to(folder).as_posix(): _file(path) for path in sorted(_paths(folder))}
        if "vendor/manifest.json" not in self.files:
            raise Unavailable("the browser assets are missing: run `make` (or python -m web.maps.vendor) once")
        digest = hashlib.sha256()
        for name, file in self.files.items():
            digest.update(name.encode() + b"\0" + file.plain + b"\0")
        self.digest = digest.hexdigest()[:12]

    def file(self, name: str) -> File:
        """The file of that name; raises `NotFound`."""
        try:
            return self.files[name]
        except KeyError:
            raise NotFound(f"there is no static file {name}") from None

    def scripts(self, folder: str = "js") -> list[str]:
        """The names of our own JavaScript modules that lie directly in `folder`; those of the map lie in `js`."""
        return [name for name in self.files if name.rpartition("/")[0] == folder]

    def icons(self) -> Markup:
        """The icon sprite, to be put into a page."""
        return Markup(self.file("vendor/icons.svg").plain.decode("utf-8"))  # noqa: S704 - our own build


def static_files(shelf: Shelf) -> Blueprint:
    """The blueprint that serves `shelf`; an older page's address still gets the present file, but uncached."""
    static = Blueprint("static", __name__)

    @static.get("/static/<digest>/<path:name>")
    @needs(Action.OPEN)
    def file(digest: str, name: str) -> Response:
        """A static file; under the present digest it may be kept for ever."""
        found = shelf.file(name)
        return _respond(found, FOR_EVER if digest == shelf.digest else "no-cache")

    @static.get("/favicon.ico")
    @needs(Action.OPEN)
    def favicon() -> Response:
        """The picture of the browser's tab."""
        return _respond(shelf.file("favicon.svg"), "public, max-age=86400")

    @static.app_template_global()
    def asset(name: str) -> str:
        shelf.file(name)
        return url_for("static.file", digest=shelf.digest, name=name)

    static.add_app_template_global(shelf.icons, "icon_sprite")
    static.add_app_template_global(shelf.scripts, "scripts_in")
    return static


def _respond(file: File, caching: str) -> Response:
    packed = takes_gzip() and len(file.packed) < len(file.plain)
    response = Response(file.packed if packed else file.plain, mimetype=file.mimetype)
    response.headers["Cache-Control"] = caching
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    response.add_etag()
    response.make_conditional(request)
    return response


def _paths(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix in TYPES]


def _file(path: Path) -> File:
    plain = path.read_bytes()
    return File(plain, gzip.compress(plain, 9, mtime=0), TYPES[path.suffix])
