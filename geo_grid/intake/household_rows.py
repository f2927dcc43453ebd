"""The households that layers hold, column by column, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.geometries import POINTS, check_geometries
from geo_grid.intake.layer import Layer
from geo_grid.intake.texts import check_codes, check_texts, whole_number

#: Why a row of a table of coordinates has no place, for translating.
NO_COORDINATES = "its two coordinates are no numbers"
_OPTIONAL = ("address", "persons", "phone", "contact")
_LONGEST = {"code": 60, "address": 300, "phone": 40, "contact": 40}


@dataclass(frozen=True, slots=True)
class Households:
    """The households of all layers: their points (n, 2), their columns, and how to name a row."""

    at: npt.NDArray[np.float64]
    columns: Mapping[str, Sequence[str]]
    given: frozenset[str]
    layers: Sequence[Layer]

    def where(self, row: int) -> str:
        """How a finding names a household."""
        for layer in self.layers:
            if row < len(layer):
                return layer.where(row)
            row -= len(layer)
        raise IndexError(row)


def household_rows(
    layers: Sequence[Layer], chosen: Mapping[str, str], workers: AbstractSet[str]
) -> tuple[Households | None, list[Finding]]:
    """The households of the layers, and what is wrong with their rows; None when something is.

    `workers` are the codes of everybody who can be a contact.
    """
    tables = [
        {ours: values(layer, _fields(layer, chosen), ours) for ours in _LONGEST | {"persons": 0}} for layer in layers
    ]
    findings: list[Finding] = []
    for layer, table in zip(layers, tables, strict=True):
        findings += check_geometries(layer, POINTS, "points")
        findings += _row_findings(layer, table, workers)
    findings += check_codes(
        [(layer, table["code"] or [""] * len(layer)) for layer, table in _pairs(layers, tables)], "household"
    )
    if errors_in(findings):
        return None, findings
    given = frozenset(ours for ours in _OPTIONAL if any(table[ours] is not None for table in tables))
    columns = {
        ours: [text for layer, table in _pairs(layers, tables) for text in table[ours] or [""] * len(layer)]
        for ours in ("code", *_OPTIONAL)
    }
    at = np.concatenate([_points(layer) for layer in layers])
    return Households(at, columns, given, layers), findings


def with_points(layer: Layer, chosen: Mapping[str, str], noun: Noun) -> Layer:
    """A table with coordinates in columns as a layer of points, in lon/lat unless --crs says otherwise."""
    fields = field_map(layer, noun, chosen)
    if layer.has_places or not {"x", "y"} <= set(fields):
        return layer
    geometry: npt.NDArray[Any] = np.full(len(layer), None, dtype=object)
    broken = {}
    for row, (x, y) in enumerate(zip(layer.columns[fields["x"]], layer.columns[fields["y"]], strict=True)):
        try:
            geometry[row] = shapely.Point(float(x), float(y))
        except ValueError:
            broken[row + 1] = NO_COORDINATES
    return replace(layer, geometry=geometry, crs="OGC:CRS84", broken=broken)


def _points(layer: Layer) -> npt.NDArray[np.float64]:
    """The coordinates (n, 2) of a layer of points."""
    return layer.points if layer.points is not None else np.asarray(shapely.get_coordinates(layer.geometry))


def _pairs(
    layers: Sequence[Layer], tables: list[dict[str, list[str] | None]]
) -> list[tuple[Layer, dict[str, list[str] | None]]]:
    return list(zip(layers, tables, strict=True))


def _fields(layer: Layer, chosen: Mapping[str, str]) -> dict[str, str]:
    return field_map(layer, Noun.HOUSEHOLDS, chosen)


def _row_findings(layer: Layer, table: Mapping[str, list[str] | None], workers: AbstractSet[str]) -> list[Finding]:
    """What is wrong with the texts of one layer."""
    findings = []
    for ours, longest in _LONGEST.items():
        findings += check_texts(layer, f"the {ours}", table[ours] or [], longest)
    persons = table["persons"] or []
    if not "".join(persons).isdecimal() or max(map(len, persons)) > 2:
        findings += [
            Finding.of(
                "bad_number",
                layer.where(row),
                "%(text)s is no number of persons",
                "give 0 to 99, or nothing",
                facts={"text": text},
            )
            for row, text in enumerate(persons)
            if text and whole_number(text, 0, 99) is None
        ]
    contacts = table["contact"] or []
    unknown = set(contacts) - workers - {""}
    if unknown:
        findings += [
            Finding.of(
                "worker_unknown",
                layer.where(row),
                "there is no worker %(worker)s",
                "import the workers first",
                facts={"worker": text},
            )
            for row, text in enumerate(contacts)
            if text in unknown
        ]
    return findings
