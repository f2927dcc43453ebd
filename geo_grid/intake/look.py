"""A first look at files: what each holds, before anything is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from geo_grid.checks.finding import Fact, Finding
from geo_grid.errors import NotFound
from geo_grid.intake.coordinates import placed_by_columns
from geo_grid.intake.crs_reference import reference_of
from geo_grid.intake.crs_weigh import guess_crs
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.layer_guess import guess_layer
from geo_grid.intake.noticed import of_rows
from geo_grid.intake.read import Options, Reader, files_of, layers_of
from geo_grid.intake.sighting import FieldSeen, FileRefused, LayerSeen, Sighting
from geo_grid.intake.standing import Standing
from geo_grid.intake.texts import day

#: How many rows and how many values of a field are shown.
MOST_ROWS, MOST_EXAMPLES = 10, 5
_TYPES = {
    -1: "none",
    0: "Point",
    1: "LineString",
    2: "LinearRing",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}


def look(
    paths: Sequence[Path],
    options: Options | None = None,
    reader: Reader | None = None,
    standing: Standing | None = None,
) -> Sighting:
    """What the files hold; files that cannot be read are among `refused`, each with a sentence.

    Layers are held against what stands, if that is given: then their CRS and fields are guessed.

    `reader` reads one file; files that somebody sent are read by `sandbox.layers_of`, in a process of its own.
    """
    options, reader = options or Options(), reader or layers_of
    layers: list[LayerSeen] = []
    refused: list[FileRefused] = []
    for path in paths:
        try:
            files = files_of(path)
        except (Unreadable, NotFound) as wrong:
            refused.append(_refusal(path.name, wrong))
            continue
        for file in files:
            try:
                called = options.names.get(file.name, file.name)
                layers += [seen(layer, called, options, standing) for layer in reader(file, options)]
            except Unreadable as wrong:
                refused.append(_refusal(options.names.get(file.name, file.name), wrong))
    return Sighting(tuple(layers), tuple(refused))


def _refusal(file: str, wrong: Unreadable | NotFound) -> FileRefused:
    """Why the file is not read."""
    if isinstance(wrong, NotFound):
        return FileRefused(file, str(wrong), "there is no such file or folder")
    return FileRefused(file, str(wrong), wrong.says, wrong.facts)


def seen(layer: Layer, file: str, options: Options | None = None, standing: Standing | None = None) -> LayerSeen:
    """What a layer shows of itself, and what is guessed of it beside what stands."""
    options = options or Options()
    settled = placed_by_columns(options.choices.settled(layer) or layer, options.fields, options.noun)
    crs = None
    if standing is not None and settled.has_places:
        crs = guess_crs(settled, standing.srid, reference_of(standing), options.crs)
    return LayerSeen(
        file=file,
        source=layer.source,
        name=layer.name,
        rows=len(layer),
        geometry=_types(layer),
        fields=tuple(_field(name, values) for name, values in layer.columns.items()),
        first_rows=tuple(
            {name: values[row] for name, values in layer.columns.items()} for row in range(min(MOST_ROWS, len(layer)))
        ),
        bounds=_bounds(settled),
        crs_said=layer.crs,
        encoding=layer.encoding,
        findings=(*layer.findings, *_of_shapes(layer)),
        crs=crs,
        field_map=guess_layer(layer, options, standing),
    )


def _of_shapes(layer: Layer) -> list[Finding]:
    """What the shapes show before anything is known of the layer's use: rows without one, lines around ground."""
    if layer.geometry is None:
        return []
    without: dict[str, list[tuple[int, dict[str, Fact]]]] = {}
    for row, shape in enumerate(layer.geometry):
        if shape is None:
            without.setdefault(layer.broken.get(row + 1, "it has none"), []).append((layer.number(row), {}))
    says = "the row has no shape that can be read: %(reason)s"
    findings: list[Finding] = []
    for reason, rows in without.items():
        told = [(number, {"reason": reason}) for number, _ in rows]
        findings += of_rows("shape_missing", layer.source, says, "mend the shape and export again", told)
    lines = layer.geometry[np.isin(shapely.get_type_id(layer.geometry), (1, 5))]
    if len(lines) and shapely.is_ring(lines).all():
        says = "all its lines are closed: they may be the borders of areas"
        hint = "turn the lines into polygons and export again"
        findings.append(Finding.of("lines_closed", layer.source, says, hint, severity="warning"))
    return findings


def _types(layer: Layer) -> dict[str, int]:
    """The number of rows of each geometry type; nothing for a table."""
    if layer.points is not None:
        return {"Point": len(layer.points)}
    if layer.geometry is None:
        return {}
    counts = Counter(shapely.get_type_id(layer.geometry).tolist())
    return {_TYPES.get(kind, "none"): count for kind, count in counts.most_common()}


def _bounds(layer: Layer) -> tuple[float, float, float, float] | None:
    """The box around all places, None when there is none."""
    if not layer.has_places or not len(layer):
        return None
    if layer.points is not None:
        box = np.concatenate([layer.points.min(axis=0), layer.points.max(axis=0)])
    else:
        box = np.asarray(shapely.total_bounds(layer.geometry))
    if not np.isfinite(box).all():
        return None
    west, south, east, north = box.tolist()
    return west, south, east, north


def _field(name: str, values: Sequence[str]) -> FieldSeen:
    """What a field shows of itself."""
    count = Counter(values)
    blank = count.pop("", 0)
    examples = tuple(value for value in list(count)[:MOST_EXAMPLES])
    return FieldSeen(name, _kind(list(count)[:1000]), examples, blank, len(count))


def _kind(values: Sequence[str]) -> str:
    """What the values are: "text", "number", "date", or "empty" where there is none."""
    if not values:
        return "empty"
    if all(day(value) is not None and len(value) > 7 and not value.isdigit() for value in values):
        return "date"
    try:
        return "number" if all(np.isfinite(float(value)) for value in values) else "text"
    except ValueError:
        return "text"
