"""GeoJSON read feature by feature, in lon/lat or in the CRS that its old `crs` member names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.intake.garbled import garbled_findings
from geo_grid.intake.layer import Layer, Unreadable, nothing
from geo_grid.intake.places import made_plain

#: A document of more bytes would take too much memory as objects; one of more fields or values too.
MOST_BYTES, MOST_FIELDS, MOST_CELLS = 512 << 20, 1000, 30_000_000
_EPSG = re.compile(r"EPSG:+(\d{4,6})$", re.IGNORECASE)


def read_geojson(content: bytes, source: str, name: str) -> Layer:
    """The FeatureCollection as a layer. Raises `Unreadable`."""
    document = _document(content, source)
    features = _features(document, source)
    properties = [_properties(feature) for feature in features]
    names = list(dict.fromkeys(name for row in properties for name in row))
    if len(names) > MOST_FIELDS or len(names) * len(features) > MOST_CELLS:
        raise Unreadable(
            source,
            "the layer has %(rows)s rows of %(fields)s fields: split it into several files",
            rows=len(features),
            fields=len(names),
        )
    columns = {_text(name): [_text(row.get(name)) for row in properties] for name in names}
    geometry, broken = _geometries([feature.get("geometry") for feature in features])
    geometry, broken, findings = made_plain(geometry, broken, source)
    findings += garbled_findings(columns, source)
    return Layer(source, name, columns, geometry, crs=_crs(document, source), broken=broken, findings=tuple(findings))


def _document(content: bytes, source: str) -> dict[str, Any]:
    """The parsed text, a JSON object."""
    if len(content) > MOST_BYTES:
        raise Unreadable(source, "the file is larger than %(most)s MB: give a GeoPackage", most=MOST_BYTES >> 20)
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Unreadable(source, "its text is not UTF-8, as GeoJSON must be: export it again") from wrong
    except (ValueError, RecursionError) as wrong:
        raise Unreadable(source, "it is not a GeoJSON FeatureCollection: export it again") from wrong
    if not isinstance(document, dict):
        raise Unreadable(source, "it is not a GeoJSON FeatureCollection: export it again")
    return document


def _features(document: dict[str, Any], source: str) -> list[dict[str, Any]]:
    """The document's features, each an object."""
    features = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    if isinstance(features, list) and features == []:
        raise Unreadable(source, "the layer has no rows")
    whole = isinstance(features, list) and all(
        isinstance(feature, dict) and feature.get("type") == "Feature" for feature in features
    )
    if not whole or features is None:
        raise Unreadable(source, "it is not a GeoJSON FeatureCollection: export it again")
    return features


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    """A feature's properties."""
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _crs(document: dict[str, Any], source: str) -> str:
    """The CRS of the document: RFC 7946 knows lon/lat only, older files name another."""
    member = document.get("crs")
    if member is None:
        return "OGC:CRS84"
    named = member.get("properties") if isinstance(member, dict) else None
    said = str(named.get("name", "")) if isinstance(named, dict) else ""
    if said.upper().endswith("CRS84"):
        return "OGC:CRS84"
    if found := _EPSG.search(said):
        return f"EPSG:{found[1]}"
    raise Unreadable(source, "its crs member names nothing we know: say what it is with --crs")


def _geometries(shapes: Sequence[Any]) -> tuple[npt.NDArray[Any], dict[int, str]]:
    """The geometries, and why rows (from 1) have none that should."""
    geometry, broken = nothing(len(shapes)), {}
    points = [row for row, shape in enumerate(shapes) if isinstance(shape, dict) and shape.get("type") == "Point"]
    try:
        at = np.array([shapes[row]["coordinates"][:2] for row in points], dtype=np.float64).reshape(-1, 2)
        geometry[points] = shapely.points(at)
        others = sorted(set(range(len(shapes))) - set(points))
    except (ValueError, TypeError, KeyError, OverflowError):
        others = list(range(len(shapes)))
    for row in others:
        if shapes[row] is None:
            continue
        try:
            geometry[row] = _built(shapes[row])
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError, shapely.errors.ShapelyError):
            broken[row + 1] = "its geometry cannot be built"
    return geometry, broken


def _built(shape: Any) -> Any:
    """The geometry that an object describes; raises when it describes none that is read."""
    if not isinstance(shape, dict):
        raise TypeError("a geometry is an object")
    return _BUILDERS[shape["type"]](shape["coordinates"])


def _ring(positions: Any) -> npt.NDArray[np.float64]:
    """A list of positions as coordinates (n, 2 or 3)."""
    at = np.array(positions, dtype=np.float64)
    if at.ndim != 2 or at.shape[1] not in (2, 3):
        raise ValueError("positions have two or three numbers")
    if not np.isfinite(at[:, :2]).all():
        raise ValueError("a position is not finite")
    return at[:, :2] if at.shape[1] == 3 and not np.isfinite(at[:, 2]).all() else at


def _polygon(rings: Any) -> Any:
    """A polygon of its rings; it must have one."""
    shell, *holes = [_ring(ring) for ring in rings]
    if any(len(ring) < 4 or not np.array_equal(ring[0], ring[-1]) for ring in (shell, *holes)):
        raise ValueError("a ring is closed and has three corners")
    return shapely.Polygon(shell, holes)


_BUILDERS: dict[Any, Callable[[Any], Any]] = {
    "Point": lambda at: shapely.Point(_ring([at])[0]),
    "MultiPoint": lambda at: shapely.MultiPoint(_ring(at)),
    "LineString": lambda at: shapely.LineString(_ring(at)),
    "MultiLineString": lambda at: shapely.MultiLineString([_ring(line) for line in at]),
    "Polygon": _polygon,
    "MultiPolygon": lambda at: shapely.MultiPolygon([_polygon(rings) for rings in at]),
}


def _text(value: Any) -> str:
    """A property as text, '' for null."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text if text.isprintable() else _without_lost(text)


def _without_lost(text: str) -> str:
    """The text with a mark in place of halves of characters and zero bytes, which JSON can write and nothing else."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")
