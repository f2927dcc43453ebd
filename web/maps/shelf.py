"""Which file on our shelf stands for each asset that Folium would fetch from a CDN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

#: Folium's name of an asset → our file, or None for what our pages do without.
STANDS_FOR: dict[str, str | None] = {
    "leaflet": "leaflet.js",
    "leaflet_css": "leaflet.css",
    "bootstrap_css": "bootstrap-reboot.css",
    "bootstrap": None,
    "jquery": None,
    "awesome_markers": None,
    "glyphicons_css": None,
    "awesome_markers_font_css": None,
    "awesome_markers_css": None,
    "awesome_rotate_css": None,
}


class UnknownAsset(LookupError):
    """Folium, or a layer of it, asks for an asset that has no place on our shelf."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url
        super().__init__(f"Folium asks for {name!r} from {url}: give it a line in web/maps/shelf.py")


def on_shelf(assets: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Our files for Folium's (name, url) pairs, in their order; raises `UnknownAsset`."""
    for name, url in assets:
        if name not in STANDS_FOR:
            raise UnknownAsset(name, url)
        file = STANDS_FOR[name]
        if file is not None:
            yield file
