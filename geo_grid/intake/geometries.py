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
        return [Finding.of("geometry_missing", layer.source, "the file has no geometry", "give a layer with shapes")]
    if layer.points is not None and wanted >= POINTS:
        return []
    geometry = layer.shapes()
    kinds = shapely.get_type_id(geometry)
    findings = []
    valid = shapely.is_valid(geometry)
    empty = shapely.is_empty(geometry)
    for row in range(len(layer)):
        if row + 1 in layer.broken:
            reason = layer.broken[row + 1]
            findings.append(_finding(layer, row, "broken", "it has no shape: %(reason)s", reason=reason))
        elif geometry[row] is None or empty[row]:
            findings.append(_finding(layer, row, "missing", "it has no geometry"))
        elif kinds[row] not in wanted:
            kind = str(geometry[row].geom_type)
            findings.append(_finding(layer, row, "type", "it is a %(kind)s: give %(wanted)s", kind=kind, wanted=said))
        elif not valid[row]:
            reason = str(shapely.is_valid_reason(geometry[row])).partition("[")[0].lower()
            findings.append(_finding(layer, row, "invalid", "its outline is not valid: %(reason)s", reason=reason))
    return findings


def _finding(layer: Layer, row: int, what: str, says: str, **facts: str) -> Finding:
    """A finding about the geometry of one row."""
    return Finding.of(f"geometry_{what}", layer.where(row), says, "mend the shape and export again", facts=facts)
