"""The geometries of a layer's rows checked, row by row."""

from __future__ import annotations

import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Layer

POINTS = frozenset({shapely.GeometryType.POINT})
POLYGONS = frozenset({shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON})
ANY = (
    POINTS
    | POLYGONS
    | {shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING, shapely.GeometryType.MULTIPOINT}
)


def check_geometries(layer: Layer, wanted: frozenset[int], said: str) -> list[Finding]:
    """Findings for rows whose geometry is missing, broken, of another kind or invalid; `said` names what is wanted."""
    if not layer.has_places:
        return [Finding("geometry_missing", layer.source, "the file has no geometry", f"give {said}")]
    if layer.points is not None and wanted >= POINTS:
        return []
    geometry = layer.shapes()
    kinds = shapely.get_type_id(geometry)
    findings = []
    valid = shapely.is_valid(geometry)
    empty = shapely.is_empty(geometry)
    for row in range(len(layer)):
        if row + 1 in layer.broken:
            findings.append(_finding(layer, row, "broken", layer.broken[row + 1]))
        elif geometry[row] is None or empty[row]:
            findings.append(_finding(layer, row, "missing", "it has no geometry"))
        elif kinds[row] not in wanted:
            findings.append(_finding(layer, row, "type", f"it is a {geometry[row].geom_type}: give {said}"))
        elif not valid[row]:
            reason = shapely.is_valid_reason(geometry[row])
            findings.append(_finding(layer, row, "invalid", f"its outline is not valid: {reason}"))
    return findings


def _finding(layer: Layer, row: int, what: str, message: str) -> Finding:
    """A finding about the geometry of one row."""
    return Finding(f"geometry_{what}", layer.where(row), message, "mend the shape and export again")
