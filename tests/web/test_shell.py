"""The map's shell: Folium without its CDN and without its second rendering."""

from __future__ import annotations

import folium
import pytest
from branca.element import Element
from folium.plugins import MousePosition

from web.maps import map_shell
from web.maps.shelf import UnknownAsset, on_shelf

BOUNDS = (110.0, 35.0, 111.0, 36.0)


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "{% for x in y %}", "${alert(1)}", "</script><script>alert(1)</script>"])
def test_a_name_is_shown_as_it_is_and_never_runs(name: str) -> None:
    layer = folium.TileLayer(tiles="https://tiles.example/{z}/{x}/{y}.png", attr=name, name=name)
    script = map_shell(BOUNDS, (layer,)).script
    assert '"attribution": "49"' not in script
    assert "</script>" not in script
    assert name.replace("<", "\\u003c").replace(">", "\\u003e") in script


def test_folium_itself_would_run_such_a_name() -> None:
    """The trap that the shell is there for (branca 0.8.2): when this fails, the shell may become simpler."""
    assert Element("{{ 7*7 }}").render() == "49"


def test_the_shell_has_a_fixed_id_and_no_frame() -> None:
    shell = map_shell(BOUNDS)
    assert shell.html.strip() == '<div id="county_map" class="map"></div>'
    assert 'county_map = L.map("county_map"' in shell.script
    assert shell.script == map_shell(BOUNDS).script


def test_all_of_foliums_assets_come_from_our_shelf() -> None:
    shell = map_shell(BOUNDS)
    assert shell.scripts == ("leaflet.js",)
    assert shell.styles == ("leaflet.css", "bootstrap-reboot.css")


def test_an_unknown_asset_is_refused() -> None:
    with pytest.raises(UnknownAsset, match="leaflet_draw"):
        list(on_shelf([("leaflet_draw", "https://cdn.example/draw.js")]))
    with pytest.raises(UnknownAsset):
        map_shell(BOUNDS, (MousePosition(),))
