"""The changed border as GPX 1.1 tracks, to be walked in the field with a phone."""

from __future__ import annotations

from xml.etree import ElementTree

from flask_babel import gettext as _
from shapely import line_merge

from geo_grid.redraw import Draft, Preview
from web.redraws.drawing import geometries_of, lines_of

SPACE = "http://www.topografix.com/GPX/1/1"
DIGITS = 9


def gpx(draft: Draft, preview: Preview) -> bytes:
    """A track for each stretch of border that changes; CGCS2000 counts as WGS 84 (they differ by centimetres)."""
    ElementTree.register_namespace("", SPACE)
    root = ElementTree.Element(f"{{{SPACE}}}gpx", version="1.1", creator="geo_grid")
    about = ElementTree.SubElement(root, f"{{{SPACE}}}metadata")
    ElementTree.SubElement(about, f"{{{SPACE}}}name").text = draft.name
    number = 0
    for geometry in geometries_of(preview.map.border):
        joined = line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
        for line in lines_of(joined):
            number += 1
            track = ElementTree.SubElement(root, f"{{{SPACE}}}trk")
            ElementTree.SubElement(track, f"{{{SPACE}}}name").text = _(
                "%(name)s · border %(number)s", name=draft.name, number=number
            )
            piece = ElementTree.SubElement(track, f"{{{SPACE}}}trkseg")
            for lon, lat, *_rest in line.coords:
                ElementTree.SubElement(piece, f"{{{SPACE}}}trkpt", lat=f"{lat:.{DIGITS}f}", lon=f"{lon:.{DIGITS}f}")
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
