"""Risk sites and facilities that layers hold, row by row, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np
import shapely

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.facilities import Facility
from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.geometries import ANY, POINTS, check_geometries
from geo_grid.intake.hexwkb import hex_geometries
from geo_grid.intake.layer import Layer
from geo_grid.intake.texts import check_codes, check_texts
from geo_grid.partition.lattice import Geometries
from geo_grid.risks import PRESET_KINDS, RiskSite, SiteKind
from geo_grid.vocabulary import FacilityLevel

Site = TypeVar("Site")
_Term = SiteKind | FacilityLevel
_Kind = TypeVar("_Kind", SiteKind, FacilityLevel)
_Columns = dict[str, list[str] | None]
_LONGEST = {"code": 40, "name": 100, "note": 2000, "address": 300, "phone": 40}


def risk_site_rows(
    layers: Sequence[Layer], chosen: Mapping[str, str], srid: int, known: Sequence[SiteKind] = PRESET_KINDS
) -> tuple[list[RiskSite], list[Finding]]:
    """The risk sites of the layers, of the known kinds, and what is wrong with their rows; none when something is."""
    kinds = _words(known)

    def build(columns: _Columns, row: int, geom: str) -> RiskSite:
        kind = kinds[_cell(columns, "kind", row).casefold()]
        return RiskSite(_cell(columns, "code", row), _name(columns, row), kind.code, _maybe(columns, "note", row), geom)

    return _site_rows(layers, chosen, srid, noun=Noun.RISK_SITES, known=known, build=build)


def facility_rows(
    layers: Sequence[Layer], chosen: Mapping[str, str], srid: int
) -> tuple[list[Facility], list[Finding]]:
    """The facilities of the layers, and what is wrong with their rows; none when something is."""
    levels = _words(tuple(FacilityLevel))

    def build(columns: _Columns, row: int, geom: str) -> Facility:
        level = levels[_cell(columns, "level", row).casefold()]
        address, phone = _maybe(columns, "address", row), _maybe(columns, "phone", row)
        return Facility(_cell(columns, "code", row), _name(columns, row), level, address, phone, geom)

    return _site_rows(layers, chosen, srid, noun=Noun.FACILITIES, known=tuple(FacilityLevel), build=build)


def _site_rows(
    layers: Sequence[Layer],
    chosen: Mapping[str, str],
    srid: int,
    *,
    noun: Noun,
    known: Sequence[_Term],
    build: Callable[[_Columns, int, str], Site],
) -> tuple[list[Site], list[Finding]]:
    """The sites of one noun, built row by row when nothing is wrong."""
    tables: list[_Columns] = []
    findings: list[Finding] = []
    for layer in layers:
        fields = field_map(layer, noun, chosen)
        columns = {ours: values(layer, fields, ours) for ours in ("kind", "level", *_LONGEST)}
        tables.append(columns)
        points_only = noun is Noun.FACILITIES
        wanted, said = (POINTS, "points") if points_only else (ANY, "points, lines or polygons")
        findings += check_geometries(layer, wanted, said)
        for ours, longest in _LONGEST.items():
            findings += check_texts(layer, f"the {ours}", columns[ours] or [], longest)
        findings += _kind_findings(layer, columns, noun, known)
    coded = [(layer, columns["code"] or [""] * len(layer)) for layer, columns in zip(layers, tables, strict=True)]
    findings += check_codes(coded, "risk site" if noun is Noun.RISK_SITES else "facility")
    if errors_in(findings):
        return [], findings
    sites = []
    for layer, columns in zip(layers, tables, strict=True):
        geoms = hex_geometries(_in_one_form(layer.shapes()), srid)
        sites += [build(columns, row, geom) for row, geom in enumerate(geoms)]
    return sites, findings


def _in_one_form(geometry: Geometries) -> Geometries:
    """Each shape as it is stored whatever file it came in: one part as itself, the rings of an area in one order.

    A shapefile knows no multipolygon of one part, and turns its rings the other way round than GeoJSON.
    """
    single = np.where(shapely.get_num_geometries(geometry) == 1, shapely.get_geometry(geometry, 0), geometry)
    return np.where(shapely.get_dimensions(single) == 2, shapely.normalize(single), single)


def _kind_findings(layer: Layer, columns: _Columns, noun: Noun, terms: Sequence[_Term]) -> list[Finding]:
    """Findings for kinds or levels nobody knows."""
    field = "kind" if noun is Noun.RISK_SITES else "level"
    words = {word.casefold() for term in terms for word in (term.code, term.zh, term.en)}
    says = "there is no %(field)s %(word)s: use one of %(known)s"
    listed = "、".join(term.zh for term in terms)
    return [
        Finding.of(
            f"{field}_unknown",
            layer.where(row),
            says,
            "correct the word",
            facts={"field": field, "word": text or "(blank)", "known": listed},
        )
        for row, text in enumerate(columns[field] or [""] * len(layer))
        if text.casefold() not in words
    ]


def _words(terms: Sequence[_Kind]) -> dict[str, _Kind]:
    """Kinds or levels by every word they go by."""
    return {word.casefold(): term for term in terms for word in (term.code, term.zh, term.en)}


def _cell(columns: _Columns, ours: str, row: int) -> str:
    """A text, '' where there is no such column."""
    column = columns[ours]
    return "" if column is None else column[row]


def _maybe(columns: _Columns, ours: str, row: int) -> str | None:
    """A text, None where there is none."""
    return _cell(columns, ours, row) or None


def _name(columns: _Columns, row: int) -> str:
    """The name, or the code where there is none."""
    return _cell(columns, "name", row) or _cell(columns, "code", row)
