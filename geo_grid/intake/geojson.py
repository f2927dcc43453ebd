"""GeoJSON read feature by feature, in lon/lat or in the CRS that its old `crs` member names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
import shapely.geometry

from geo_grid.intake.layer import Layer, Unreadable, nothing

_EPSG = re.compile(r"EPSG:+(\d{4,6})$", re.IGNORECASE)


def read_geojson(content: bytes, source: str, name: str) -> Layer:
    """The FeatureCollection as a layer. Raises `Unreadable`."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
        features = document["features"] if document["type"] == "FeatureCollection" else [document]
        properties = [dict(feature.get("properties") or {}) for feature in features]
        shapes = [feature.get("geometry") for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise Unreadable(source, "it is not a GeoJSON FeatureCollection: export it again") from wrong
    names = list(dict.fromkeys(name for row in properties for name in row))
    columns = {str(name): [_text(row.get(name)) for row in properties] for name in names}
    geometry, broken = _geometries(shapes)
    return Layer(source, name, columns, geometry, crs=_crs(document, source), broken=broken)


def _crs(document: dict[str, Any], source: str) -> str:
    """The CRS of the document: RFC 7946 knows lon/lat only, older files name another."""
    if document.get("crs") is None:
        return "OGC:CRS84"
    member = document["crs"]
    said = str((member.get("properties") or {}).get("name", "")) if isinstance(member, dict) else ""
    if said.upper().endswith("CRS84"):
        return "OGC:CRS84"
    if found := _EPSG.search(said):
        return f"EPSG:{found[1]}"
    raise Unreadable(source, "its crs member names nothing we know: say what it is with --crs")


def _geometries(shapes: Iterable[Any]) -> tuple[npt.NDArray[Any], dict[int, str]]:
    """The geometries, and why rows (from 1) have none that should."""
    shapes = list(shapes)
    geometry, broken = nothing(len(shapes)), {}
    points = [row for row, shape in enumerate(shapes) if isinstance(shape, dict) and shape.get("type") == "Point"]
    try:
        at = np.array([shapes[row]["coordinates"][:2] for row in points], dtype=np.float64).reshape(-1, 2)
        geometry[points] = shapely.points(at)
        others = sorted(set(range(len(shapes))) - set(points))
    except (ValueError, TypeError, KeyError, IndexError):
        others = list(range(len(shapes)))
    for row in others:
        if shapes[row] is None:
            continue
        try:
            geometry[row] = shapely.geometry.shape(shapes[row])
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
            broken[row + 1] = "its geometry cannot be built"
    return geometry, broken


def _text(value: Any) -> str:
    """A property as text, '' for null."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
