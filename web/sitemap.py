"""The map of a page about one place: the county's tiles under a shape, which may be drawn."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from web.overview import overview_now
from web.pagedata import page_data
from web.views.map import map_frame

Bounds = tuple[float, float, float, float]


def map_parts(
    *,
    geometry: dict[str, Any] | None = None,
    bounds: Bounds | None = None,
    drawing: bool = False,
    shapes: tuple[str, ...] = ("Point", "LineString", "Polygon"),
) -> dict[str, Any]:
    """What a template with such a map needs; `shapes` are those that can be drawn."""
    overview = overview_now()
    told = page_data(overview, None, has_basemap=False)
    told["shape"] = {"geometry": geometry, "bounds": bounds, "drawing": drawing, "shapes": shapes}
    told["words"] |= {
        "drawPoint": _("Click the place on the map."),
        "drawLine": _("Click along the line; drag a point to move it."),
        "drawArea": _("Click around the area; drag a point to move it."),
        "pointsDrawn": _("%(count)s points", count="{count}"),
        "pointOfShape": _("point %(number)s of the shape", number="{number}"),
    }
    return {"shell": map_frame(overview), "page_data": told, "has_county": overview.tree.bounds is not None}
