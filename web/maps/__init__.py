"""The map shell: Folium's structure in our page, with every asset from our own shelf."""

from web.maps.shell import MapShell, map_shell

__all__ = ["MapShell", "map_shell"]
