"""The map's shell: Folium builds the div and the start of the script, without any word of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import folium
from branca.element import Element, Figure
from folium.template import Template
from markupsafe import Markup

from web.maps.shelf import on_shelf

MAP_ID = "county_map"
MIN_ZOOM, MAX_ZOOM = 6, 20


@dataclass(frozen=True, slots=True)
class MapShell:
    """The three parts of the map that a page puts where they belong."""

    styles: tuple[str, ...]
    """Names on the shelf of the style sheets to link."""
    scripts: tuple[str, ...]
    """Names on the shelf of the scripts to link."""
    layers: tuple[str, ...]
    """The script's names of the layers on it."""
    html: Markup
    script: str
    """JavaScript for one script element that carries the page's nonce."""


class Verbatim(Element):
    """A piece of a page that is shown as it is.

    branca keeps what a macro rendered as a *template* and renders it a second time: a layer named `{{ 7*7 }}` became
    49, and worse names ran code on the server (seen with branca 0.8.2).
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        """The text, untouched."""
        return self._text


class CountyMap(folium.Map):
    """Folium's map with a fixed id, sized by our style sheet, its assets taken from our shelf."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}<div id={{ this.get_name()|tojson }} class="map"></div>{% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }} });
        {% endmacro %}
        """
    )

    def get_name(self) -> str:
        """The map's one name: of its div and of its variable."""
        return MAP_ID

    def parts(self) -> Figure:
        """The figure with this map and its layers in it, each rendered once."""
        figure = cast(Figure, self.get_root())
        _render(self, figure)
        return figure


def map_shell(bounds: tuple[float, float, float, float] | None, layers: tuple[Element, ...] = ()) -> MapShell:
    """The shell of a map that opens on `bounds` (west, south, east, north; degrees), with Folium's `layers` on it."""
    west, south, east, north = bounds or (73.0, 18.0, 135.0, 54.0)
    county_map = CountyMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_start=10 if bounds else 4,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        wheel_px_per_zoom_level=90,
    )
    county_map.options |= {"min_zoom": MIN_ZOOM if bounds else 3, "max_zoom": MAX_ZOOM}
    for layer in layers:
        county_map.add_child(layer)
    figure = county_map.parts()
    return MapShell(
        styles=tuple(on_shelf(_assets(county_map, "default_css"))),
        scripts=tuple(on_shelf(_assets(county_map, "default_js"))),
        layers=tuple(layer.get_name() for layer in layers),
        html=Markup(figure.html.render()),  # noqa: S704 - our own template and a fixed id, no foreign text
        script=figure.script.render(),
    )


def _render(element: Element, figure: Figure) -> None:
    """What `MacroElement.render` does for `element` and its children, but verbatim and without asset links."""
    macros = element._template.module.__dict__
    for part in ("header", "html", "script"):
        macro = macros.get(part)
        if macro is not None:
            getattr(figure, part).add_child(Verbatim(str(macro(element, {}))), name=element.get_name())
    for child in element._children.values():
        _render(child, figure)


def _assets(element: Element, kind: str) -> Iterator[tuple[str, str]]:
    """The (name, url) pairs that `element` and its children ask for."""
    yield from getattr(element, kind, [])
    for child in element._children.values():
        yield from _assets(child, kind)
