"""Findings as files to send back to whoever drew the layers: a workbook, or a GeoPackage of the places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: Column: (中文, English).
HEADERS: dict[str, tuple[str, str]] = {
    "number": ("序号", "No."),
    "severity": ("严重程度", "Severity"),
    "rule": ("问题类别", "Rule"),
    "where": ("位置", "Where"),
    "row": ("行号", "Row"),
    "message": ("问题说明", "What is wrong"),
    "hint": ("处理建议", "What to do"),
    "households": ("涉及户数", "Households"),
    "area_m2": ("涉及面积(平方米)", "Area (m²)"),
    "lon": ("经度", "Longitude"),
    "lat": ("纬度", "Latitude"),
}
SEVERITIES = {"error": ("错误", "error"), "warning": ("提醒", "warning")}
WIDTHS = {"number": 7, "rule": 22, "where": 32, "message": 70, "hint": 48}
LAYER = "faults"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(findings: Sequence[Mapping[str, Any]], path: Path, *, lang: str = "zh") -> None:
    """The findings (plain values, as `Finding.to_json` writes them) as an XLSX with a sheet of counts."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    pick = 0 if lang == "zh" else 1
    book = Workbook()
    sheet = book.active
    sheet.title = ("问题清单", "Findings")[pick]
    sheet.append([names[pick] for names in HEADERS.values()])
    for row in _rows(findings, pick):
        sheet.append([_disarmed(row[name]) for name in HEADERS])
    for place, name in enumerate(HEADERS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, 13)
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    counts = book.create_sheet(("汇总", "Summary")[pick])
    counts.append([HEADERS["rule"][pick], ("数量", "Count")[pick], HEADERS["households"][pick]])
    households: Counter[str] = Counter()
    number: Counter[str] = Counter()
    for one in findings:
        number[one["rule"]] += int(one.get("count", 1))
        households[one["rule"]] += int(one.get("households", 0))
    for rule, count in number.most_common():
        counts.append([rule, count, households[rule]])
    book.save(path)


def write_places(findings: Sequence[Mapping[str, Any]], path: Path, *, lang: str = "zh") -> None:
    """The findings that have a place as a GeoPackage in lon/lat, points and areas in layers of their own."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    pick = 0 if lang == "zh" else 1
    rows = _rows(findings, pick)
    shapes = [_shape(one) for one in findings]
    frame = pd.DataFrame([[row[name] for name in HEADERS] for row in rows], columns=[n[pick] for n in HEADERS.values()])
    kinds = {0: "points", 4: "points", 1: "lines", 5: "lines", 3: "areas", 6: "areas"}
    named = [kinds.get(int(shapely.get_type_id(shape)), "areas") if shape is not None else "" for shape in shapes]
    path.unlink(missing_ok=True)
    for kind in dict.fromkeys(one for one in named if one):
        chosen = [place for place, one in enumerate(named) if one == kind]
        part = gpd.GeoDataFrame(frame.iloc[chosen], geometry=[shapes[place] for place in chosen], crs="EPSG:4326")
        part.to_file(path, driver="GPKG", layer=f"{LAYER}_{kind}")
    if not any(named):
        empty = gpd.GeoDataFrame(frame.iloc[:0], geometry=[], crs="EPSG:4326")
        empty.to_file(path, driver="GPKG", layer=f"{LAYER}_points")


def _rows(findings: Sequence[Mapping[str, Any]], pick: int) -> list[dict[str, Any]]:
    """The findings as rows."""
    rows = []
    for number, one in enumerate(findings, 1):
        lon, lat = one.get("point") or (None, None)
        known = {name: one.get(name) for name in ("rule", "where", "row", "message", "hint", "households")}
        area = round(float(one.get("area_m2") or 0), 2)
        said = SEVERITIES.get(one["severity"], (one["severity"],) * 2)[pick]
        rows.append(known | {"number": number, "severity": said, "area_m2": area, "lon": lon, "lat": lat})
    return rows


def _shape(one: Mapping[str, Any]) -> Any:
    """Where a finding is: its own shape, else its point, else None."""
    import shapely

    if one.get("geometry"):
        return shapely.geometry.shape(one["geometry"])
    return shapely.Point(one["point"]) if one.get("point") else None


def _disarmed(value: Any) -> Any:
    """The value; a text without signs that no workbook holds, with an apostrophe if it opens like a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return value
    plain = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{plain}" if plain.startswith(_FORMULA_SIGNS) else plain
