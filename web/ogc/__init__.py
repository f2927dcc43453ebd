"""OGC API – Features: the layers for QGIS and other GIS programs, read only, as the asker may see them."""

from web.ogc.views import ogc

__all__ = ["ogc"]
