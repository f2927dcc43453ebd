"""The drawing of a redraw as an SVG to scale: the ground before in grey, after in colour, the new border in red."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import shapely
from flask_babel import gettext as _
from markupsafe import Markup
from shapely.geometry import shape

from geo_grid.redraw import Preview

#: Metres of a degree of latitude, on average; good to 0.3 % in a drawing whose exact figures stand beside it.
DEGREE_M = 111_200.0
MARGIN = 0.14
MOST_LABELS = 80
FILLS = ("#dbe7f7", "#dff0e2", "#f8ecd4", "#efe2f3", "#fbe3dc", "#e2eef0")
FONT = "Noto Sans CJK SC, Noto Sans SC, sans-serif"
INK, GREY, RED = "#0f172a", "#94a3b8", "#c81e4a"
STEPS_M = [step * 10**power for power in range(5) for step in (1, 2, 5)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where degrees lie on the paper, in millimetres."""

    west: float
    north: float
    stretch: float
    mm_per_degree: float
    shift: tuple[float, float]

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """A place on the paper."""
        x = self.shift[0] + (lon - self.west) * self.stretch * self.mm_per_degree
        return round(x, 2), round(self.shift[1] + (self.north - lat) * self.mm_per_degree, 2)

    def path(self, geometry: Any) -> str:
        """The rings or lines of a shape as path data."""
        return " ".join(self._line(line) for line in lines_of(geometry))

    def _line(self, line: Any) -> str:
        points = [self.place(x, y) for x, y in line.coords]
        closed = "Z" if line.is_ring else ""
        return "M" + " ".join(f"{x},{y}" for x, y in points) + closed

    @property
    def mm_per_metre(self) -> float:
        """The scale."""
        return self.mm_per_degree / DEGREE_M


def drawing(preview: Preview, *, width_mm: float, height_mm: float) -> Markup | None:
    """The drawing; None when no ground changes."""
    before, after = (_shapes(found) for found in (preview.map.before, preview.map.after))
    own = [geometry for properties, geometry in (*before, *after) if properties.get("change") != "derived"]
    if not own:
        return None
    sheet = _fitted(shapely.total_bounds(own), width_mm, height_mm)
    parts = [
        *_fills(sheet, after),
        *_before(sheet, before),
        *_after(sheet, after),
        *_border(sheet, preview.map.border),
        *_labels(sheet, after),
        *_scale(sheet, height_mm),
        *_north(width_mm),
        *_legend(width_mm, height_mm),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_mm:g} {height_mm:g}" class="drawing" '
        f'role="img" aria-label="{escape(str(_("Drawing of the change")))}">'
    )
    ground = f'<rect width="{width_mm:g}" height="{height_mm:g}" fill="#fbfcfe"/>'
    return Markup(head + ground + "".join(parts) + "</svg>")  # noqa: S704 - every text in it is escaped here


def _shapes(collection: Mapping[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    features = [feature for feature in collection["features"] if feature.get("geometry")]
    return [(feature["properties"], shape(feature["geometry"])) for feature in features]


def _fitted(bounds: Any, width_mm: float, height_mm: float) -> Sheet:
    west, south, east, north = (float(value) for value in bounds)
    stretch = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * stretch, 1e-6), max(north - south, 1e-6)
    scale = min(width_mm / wide, height_mm / high) / (1 + 2 * MARGIN)
    return Sheet(west, north, stretch, scale, ((width_mm - wide * scale) / 2, (height_mm - high * scale) / 2))


def _is_leaf(properties: dict[str, Any]) -> bool:
    return properties.get("tier") in {"MICRO", "SPECIAL"}


def _changed(shapes: Iterable[tuple[dict[str, Any], Any]]) -> list[tuple[dict[str, Any], Any]]:
    """The shapes of grids that change themselves, and do not merely follow."""
    return [one for one in shapes if one[0].get("change") != "derived"]


def _fills(sheet: Sheet, shapes: Iterable[tuple[dict[str, Any], Any]]) -> Iterator[str]:
    leaves = [geometry for properties, geometry in _changed(shapes) if _is_leaf(properties)]
    for number, geometry in enumerate(leaves):
        yield f'<path d="{sheet.path(geometry)}" fill="{FILLS[number % len(FILLS)]}" fill-rule="evenodd"/>'


def _before(sheet: Sheet, shapes: Iterable[tuple[dict[str, Any], Any]]) -> Iterator[str]:
    for _properties, geometry in _changed(shapes):
        yield (
            f'<path d="{sheet.path(geometry)}" fill="none" stroke="{GREY}" stroke-width="0.6" '
            'stroke-dasharray="1.8 1.1" stroke-linejoin="round"/>'
        )


def _after(sheet: Sheet, shapes: Iterable[tuple[dict[str, Any], Any]]) -> Iterator[str]:
    for properties, geometry in _changed(shapes):
        width = 0.45 if _is_leaf(properties) else 0.8
        yield (
            f'<path d="{sheet.path(geometry)}" fill="none" stroke="{INK}" stroke-width="{width}" '
            'stroke-linejoin="round"/>'
        )


def _border(sheet: Sheet, border: Mapping[str, Any]) -> Iterator[str]:
    for geometry in geometries_of(border):
        yield (
            f'<path d="{sheet.path(geometry)}" fill="none" stroke="{RED}" stroke-width="0.95" '
            'stroke-linejoin="round" stroke-linecap="round"/>'
        )


def _labels(sheet: Sheet, shapes: list[tuple[dict[str, Any], Any]]) -> Iterator[str]:
    changed = _changed(shapes)
    leaves = [one for one in changed if _is_leaf(one[0])]
    for properties, geometry in (leaves or changed)[:MOST_LABELS]:
        x, y = sheet.place(*_middle(geometry))
        yield from _words(str(properties.get("name") or properties["code"]), (x, y), 3.4, "700")
        count = properties.get("households")
        if count is not None:
            yield from _words(str(_("%(count)s households", count=count)), (x, round(y + 4.2, 2)), 3.0, "400")


def _middle(geometry: Any) -> tuple[float, float]:
    """The middle of the widest circle inside a shape, where a label has most room."""
    circle = shapely.maximum_inscribed_circle(geometry, tolerance=geometry.length / 2000)
    lon, lat = circle.coords[0]
    return float(lon), float(lat)


def _words(words: str, place: tuple[float, float], size: float, weight: str) -> Iterator[str]:
    """A text over a light halo, as two texts: WeasyPrint 70 does not know paint-order."""
    common = (
        f'x="{place[0]}" y="{place[1]}" font-size="{size}" font-weight="{weight}" text-anchor="middle" '
        f'font-family="{FONT}"'
    )
    yield f'<text {common} fill="none" stroke="#ffffff" stroke-width="1" stroke-linejoin="round">{escape(words)}</text>'
    yield f'<text {common} fill="{INK}">{escape(words)}</text>'


def _scale(sheet: Sheet, height_mm: float) -> Iterator[str]:
    length = next((step for step in reversed(STEPS_M) if step * sheet.mm_per_metre <= 40), STEPS_M[0])
    x, y, wide = 5, height_mm - 6, round(length * sheet.mm_per_metre, 2)
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length} m"
    yield f'<path d="M{x},{y - 1.5} V{y} H{x + wide} V{y - 1.5}" fill="none" stroke="{INK}" stroke-width="0.4"/>'
    yield f'<text x="{x + wide / 2}" y="{y - 1.6}" font-size="2.9" text-anchor="middle" fill="{INK}">{words}</text>'


def _north(width_mm: float) -> Iterator[str]:
    x = width_mm - 8
    yield f'<path d="M{x},4 L{x + 2.4},11 L{x},9.4 L{x - 2.4},11 Z" fill="{INK}"/>'
    yield f'<text x="{x}" y="15" font-size="3.2" font-weight="700" text-anchor="middle" fill="{INK}">N</text>'


def _legend(width_mm: float, height_mm: float) -> Iterator[str]:
    x, y = width_mm - 34, height_mm - 13.5
    plate = 'width="33" height="14.5" fill="#ffffff" stroke="#cbd5e1" stroke-width="0.2"'
    yield f'<rect x="{x - 2}" y="{y - 3.5}" {plate}/>'
    for number, (ink, width, words) in enumerate(
        ((RED, 0.95, _("changed border")), (INK, 0.5, _("border after")), (GREY, 0.5, _("border before")))
    ):
        line = y + number * 4
        yield f'<path d="M{x},{line} h6" stroke="{ink}" stroke-width="{width}" fill="none"/>'
        yield (
            f'<text x="{x + 8}" y="{line + 1}" font-size="2.7" fill="{INK}" '
            f'font-family="{FONT}">{escape(str(words))}</text>'
        )


def has_border(preview: Preview) -> bool:
    """Whether any stretch of border is new: a merge or another name draws none."""
    return any(not geometry.is_empty for geometry in geometries_of(preview.map.border))


def geometries_of(border: Mapping[str, Any] | None) -> list[Any]:
    """The shapes in any GeoJSON."""
    if not border:
        return []
    if border.get("type") == "FeatureCollection":
        return [shape(feature["geometry"]) for feature in border["features"] if feature.get("geometry")]
    return [shape(border.get("geometry", border))]


def lines_of(geometry: Any) -> Iterator[Any]:
    """The lines and rings of a shape, one by one."""
    for part in getattr(geometry, "geoms", [geometry]):
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors
        elif part.geom_type.startswith("Multi"):
            yield from lines_of(part)
        else:
            yield part


def outlines(geometries: list[Any], *, width_mm: float = 80, height_mm: float = 56) -> list[Markup]:
    """A small picture of each shape, all to one scale, with the others in grey behind it."""
    shapes = [shape(geometry) for geometry in geometries]
    if not shapes:
        return []
    sheet = _fitted(shapely.total_bounds(shapes), width_mm, height_mm)
    paths = [sheet.path(one) for one in shapes]
    ghost = f'fill="none" stroke="{GREY}" stroke-width="0.5" stroke-dasharray="1.6 1.2"'
    ghosts = "".join(f'<path d="{path}" {ghost}/>' for path in dict.fromkeys(paths))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_mm:g} {height_mm:g}" aria-hidden="true">'
    ink = f'fill="{FILLS[0]}" fill-rule="evenodd" stroke="{INK}" stroke-width="0.6" stroke-linejoin="round"'
    pictures = [f'{head}<path d="{path}" {ink}/>{ghosts}{"".join(_scale(sheet, height_mm))}</svg>' for path in paths]
    return [Markup(picture) for picture in pictures]  # noqa: S704 - figures and our own words alone
