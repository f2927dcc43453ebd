"""The households that layers hold, column by column, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.geometries import POINTS, check_geometries
from geo_grid.intake.layer import Layer, nothing
from geo_grid.intake.standing_shapes import NEW_HERE
from geo_grid.intake.texts import check_codes, check_texts, whole_number

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
        findings += _place_findings(layer)
        findings += _row_findings(layer, table, workers)
    coded = [(layer, table["code"]) for layer, table in _pairs(layers, tables)]
    findings += [_no_codes(layer) for layer, codes in coded if codes is None]
    findings += check_codes([(layer, codes) for layer, codes in coded if codes is not None], "household")
    if errors_in(findings):
        return None, findings
    given = frozenset(ours for ours in _OPTIONAL if any(table[ours] is not None for table in tables))
    columns = {
        ours: [text for layer, table in _pairs(layers, tables) for text in table[ours] or [""] * len(layer)]
        for ours in ("code", *_OPTIONAL)
    }
    at = np.concatenate([_points(layer) for layer in layers])
    return Households(at, columns, given, layers), findings


def _no_codes(layer: Layer) -> Finding:
    """That a layer has no column of codes."""
    says = "no field holds the codes of its %(rows)d households"
    hint = "add one (户编码) that stays with each household, or name it (--field code=…)"
    return Finding.of("code_missing", layer.source, says, hint, facts={"rows": len(layer)})


def _place_findings(layer: Layer) -> list[Finding]:
    """What is wrong with the places of one layer; households that stand nowhere yet are told once."""
    if not layer.has_places:
        layer = replace(layer, geometry=nothing(len(layer)), broken=dict.fromkeys(range(1, len(layer) + 1), NEW_HERE))
    new = [row for row, reason in layer.broken.items() if reason == NEW_HERE]
    told = [one for one in check_geometries(layer, POINTS, "points") if one.facts.get("reason") != NEW_HERE]
    if not new:
        return told
    says = "%(rows)d households are new here and have no place: an address or a grid's code does not say where they are"
    hint = "add their longitude and latitude (经度, 纬度), or give a layer of points"
    return [Finding.of("household_unplaced", layer.where(new[0] - 1), says, hint, facts={"rows": len(new)}), *told]


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
