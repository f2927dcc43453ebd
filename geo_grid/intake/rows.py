"""The shapes of a shapefile put beside the rows of its table, with none left over in silence."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.dbf import Table
from geo_grid.intake.layer import Layer, Unreadable, nothing
from geo_grid.intake.noticed import of_rows
from geo_grid.intake.shapefile import Shapes


def joined(shapes: Shapes, table: Table, source: str, name: str, crs: str | None) -> Layer:
    """The layer of a shapefile; where the numbers differ, the shorter side is filled up and the rows told.

    Rows flagged as deleted are left out, as every GIS does, and told.
    """
    count = max(len(shapes), len(table))
    if not count:
        raise Unreadable(source, "the layer has no rows")
    geometry, points = _filled(shapes, count)
    if geometry is not None and not shapes.broken and all(shape is None for shape in geometry):
        raise Unreadable(source, "none of its rows has a shape: export the layer again")
    columns = {field: values + [""] * (count - len(values)) for field, values in table.columns.items()}
    gone = np.concatenate([table.gone, np.zeros(count - len(table), dtype=bool)])
    findings = (*shapes.findings, *table.findings, *_left_over(shapes, table, source), *_deleted(table, source))
    layer = Layer(source, name, columns, geometry, points, crs, shapes.broken, findings, table.encoding)
    return _without(layer, gone) if gone.any() else layer


def without_places(table: Table, source: str, name: str) -> Layer:
    """The layer of a table alone."""
    if not len(table):
        raise Unreadable(source, "the table has no rows")
    findings = (*table.findings, *_deleted(table, source))
    layer = Layer(source, name, table.columns, findings=findings, encoding=table.encoding)
    return _without(layer, table.gone) if table.gone.any() else layer


def _filled(shapes: Shapes, count: int) -> tuple[npt.NDArray[Any] | None, npt.NDArray[np.float64] | None]:
    """The geometry or the points of the shapes, with None where the table has more rows."""
    if len(shapes) == count:
        return shapes.geometry, shapes.points
    geometry = nothing(count)
    if shapes.points is not None:
        layer = Layer("", "", {}, points=shapes.points)
        geometry[: len(shapes)] = layer.shapes()
    elif shapes.geometry is not None:
        geometry[: len(shapes)] = shapes.geometry
    return geometry, None


def _left_over(shapes: Shapes, table: Table, source: str) -> list[Finding]:
    """What to say of shapes without a row, and of rows without a shape."""
    if len(shapes) == len(table):
        return []
    facts: dict[str, Fact] = {"rows": len(table), "shapes": len(shapes)}
    says = "the .dbf has %(rows)s rows for %(shapes)s shapes: the wrong names may stand beside shapes"
    whole = Finding.of("rows_and_shapes", source, says, "export the layer again", facts=facts)
    more_shapes = [(row, facts) for row in range(len(table) + 1, len(shapes) + 1)]
    says = "the shape has no row in the .dbf, which has %(rows)s"
    return [whole, *of_rows("row_missing", source, says, "export the layer again", more_shapes)]


def _deleted(table: Table, source: str) -> list[Finding]:
    """What to say of rows that are flagged as deleted."""
    rows: list[tuple[int, dict[str, Fact]]] = [(int(row) + 1, {}) for row in np.flatnonzero(table.gone)]
    says = "the row is flagged as deleted in the .dbf: it is left out with its shape"
    return of_rows("row_deleted", source, says, "pack the table, or take the flag away", rows, severity="warning")


def _without(layer: Layer, gone: npt.NDArray[np.bool_]) -> Layer:
    """The layer without some rows; the others keep their numbers."""
    kept = np.flatnonzero(~gone)
    if not len(kept):
        raise Unreadable(layer.source, "all its rows are flagged as deleted")
    place = {int(row) + 1: position + 1 for position, row in enumerate(kept)}
    return Layer(
        layer.source,
        layer.name,
        {field: [values[row] for row in kept] for field, values in layer.columns.items()},
        None if layer.geometry is None else layer.geometry[kept],
        None if layer.points is None else layer.points[kept],
        layer.crs,
        {place[row]: reason for row, reason in layer.broken.items() if row in place},
        layer.findings,
        layer.encoding,
        kept + 1,
    )
