"""The raster map under the net, when the setting BASEMAP names one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import folium

from geo_grid.settings import BadSetting, Settings

TIANDITU = "https://t{s}.tianditu.gov.cn/DataServer?T={layer}&x={{x}}&y={{y}}&l={{z}}&tk={key}"
TIANDITU_SERVERS = "01234567"


@dataclass(frozen=True, slots=True)
class Basemap:
    """The tile addresses of a raster map, lowest first, and whose it is."""

    urls: tuple[str, ...]
    attribution: str
    subdomains: str = "abc"

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins that the page must be allowed to load pictures from."""
        found = []
        for url in self.urls:
            for server in self.subdomains if "{s}" in url else " ":
                parts = urlsplit(url.replace("{s}", server.strip()))
                found.append(f"{parts.scheme}://{parts.netloc}")
        return tuple(dict.fromkeys(found))

    def layers(self) -> tuple[folium.TileLayer, ...]:
        """The map's layers as Folium writes them, named `basemap_0`, `basemap_1` …"""
        return tuple(self._layer(number, url) for number, url in enumerate(self.urls))

    def _layer(self, number: int, url: str) -> folium.TileLayer:
        layer = folium.TileLayer(tiles=url, attr=self.attribution, subdomains=self.subdomains, max_zoom=20, show=False)
        layer.options["max_native_zoom"] = 18
        layer._name, layer._id = "basemap", str(number)
        return layer


def basemap(settings: Settings) -> Basemap | None:
    """The basemap that the settings choose; None for none. Raises `BadSetting` when Tianditu has no key."""
    if settings.basemap == "none":
        return None
    if settings.basemap != "tianditu":
        return Basemap((settings.basemap,), urlsplit(settings.basemap).netloc)
    if not settings.tianditu_key:
        raise BadSetting("GEO_GRID_BASEMAP=tianditu needs GEO_GRID_TIANDITU_KEY: get one at console.tianditu.gov.cn")
    key = quote(settings.tianditu_key, safe="")
    urls = tuple(TIANDITU.format(s="{s}", layer=layer, key=key) for layer in ("vec_w", "cva_w"))
    return Basemap(urls, "天地图", TIANDITU_SERVERS)
