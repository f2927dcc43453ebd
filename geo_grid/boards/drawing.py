"""The map on a board: the grid in colour among its neighbours, to scale, as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import shapely

from geo_grid.boards.source import Source

FONT = "Noto Sans CJK SC, Noto Sans SC, sans-serif"
INK, QUIET, ACCENT = "#0f172a", "#8795a8", "#1d4ed8"
TINTS = ("#dbe7f7", "#dff0e2", "#f8ecd4", "#efe2f3", "#fbe3dc", "#e2eef0")
STEPS_M = [step * 10**power for power in range(5) for step in (1, 2, 5)]
#: A sheet numbers every leaf; a board needs no more names than these.
MOST_LABELS = 2000


@dataclass(frozen=True, slots=True)
class Frame:
    """Where metres lie on the paper, in millimetres."""

    west: float
    north: float
    mm_per_m: float
    wide: float
    high: float

    @classmethod
    def around(cls, shape: Any, wide: float, high: float, margin: float = 0.12) -> Frame:
        """The frame that shows a shape with a margin."""
        west, south, east, north = shapely.bounds(shape).tolist()
        scale = min(wide / max(east - west, 1.0), high / max(north - south, 1.0)) / (1 + 2 * margin)
        left = (west + east) / 2 - wide / scale / 2
        return cls(left, (south + north) / 2 + high / scale / 2, scale, wide, high)

    @property
    def ground(self) -> Any:
        """The ground in sight."""
        east, south = self.west + self.wide / self.mm_per_m, self.north - self.high / self.mm_per_m
        return shapely.box(self.west, south, east, self.north)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place on the paper."""
        return round((x - self.west) * self.mm_per_m, 2), round((self.north - y) * self.mm_per_m, 2)

    def path(self, shape: Any) -> str:
        """The rings of a shape as path data, a tenth of a millimetre apart at least."""
        simple = shapely.simplify(shape, 0.08 / self.mm_per_m)
        parts = []
        for ring in _rings(simple):
            at = np.round((np.asarray(ring.coords) - (self.west, self.north)) * (self.mm_per_m, -self.mm_per_m), 2)
            parts.append("M" + " ".join(f"{x:g},{y:g}" for x, y in at.tolist()) + "Z")
        return "".join(parts)


def _rings(shape: Any) -> Iterator[Any]:
    for part in shapely.get_parts(shape).tolist():
        if part.geom_type == "Polygon":
            yield part.exterior
            yield from part.interiors
        elif part.geom_type in {"MultiPolygon", "GeometryCollection"}:
            yield from _rings(part)


def board_map(source: Source, place: int, *, wide: float, high: float) -> str:
    """The grid at a place in blue, its neighbours in grey with their names."""
    county = source.county
    frame = Frame.around(county.geom[place], wide, high, 0.3)
    near = [one for one in _in_sight(source, frame) if one != place and _stands_beside(source, one, place)]
    parts = [
        *(_area(frame, county.geom[one], "#f1f5f9", QUIET, 0.25) for one in near),
        _area(frame, county.geom[place], "#cfe0fb", ACCENT, 0.9),
        *_labels(
            frame,
            [
                Label(county.geom[place], county.grids[place].name, 4.2, INK),
                *(Label(county.geom[one], county.grids[one].name, 2.6, QUIET) for one in near),
            ],
        ),
        *_scale(frame),
        *_north(frame),
    ]
    return _svg(frame, parts)


def sheet_map(source: Source, place: int, numbers: dict[int, int], *, wide: float, high: float) -> str:
    """All leaves of the grid at a place, in tints, each with its number, under the borders of the tiers between."""
    county = source.county
    frame = Frame.around(county.geom[place], wide, high, 0.03)
    between = [
        one for one in range(len(county.grids))
        if place in county.ancestors[one] and not county.grids[one].tier.is_leaf and one != place
    ]  # fmt: skip
    parts = [_area(frame, county.geom[place], "#f6f8f4", INK, 0.4)]
    parts += [
        _area(frame, county.own[one], TINTS[number % len(TINTS)], "#ffffff", 0.25) for one, number in numbers.items()
    ]
    parts += [_area(frame, county.geom[one], "none", "#475569", 0.45) for one in between]
    parts.append(_area(frame, county.geom[place], "none", INK, 1.1))
    parts += _labels(frame, [Label(county.own[one], str(number), 2.9, INK) for one, number in numbers.items()])
    parts += [*_scale(frame), *_north(frame)]
    return _svg(frame, parts)


def _in_sight(source: Source, frame: Frame) -> list[int]:
    """The places of the grids that the frame shows."""
    return sorted(source.tree.query(frame.ground, predicate="intersects").tolist())


def _stands_beside(source: Source, one: int, place: int) -> bool:
    """Whether two grids are of one tier, or leaves both."""
    tiers = source.county.grids[one].tier, source.county.grids[place].tier
    return tiers[0] is tiers[1] or (tiers[0].is_leaf and tiers[1].is_leaf)


def _area(frame: Frame, shape: Any, fill: str, ink: str, width: float) -> str:
    shown = shapely.clip_by_rect(shape, *shapely.bounds(shapely.buffer(frame.ground, 5 / frame.mm_per_m)).tolist())
    return (
        f'<path d="{frame.path(shown)}" fill="{fill}" fill-rule="evenodd" stroke="{ink}" stroke-width="{width}" '
        'stroke-linejoin="round"/>'
    )


def _labels(frame: Frame, labels: Sequence[Label]) -> Iterator[str]:
    """Names in the middle of what is in sight of their shapes, where there is room and none is over another.

    The first comes first, then those with the most ground in sight.
    """
    taken = [(frame.wide - 13, 0.0, frame.wide, 17.0), (0.0, frame.high - 11, 50.0, frame.high)]  # arrow and scale
    simple = [shapely.make_valid(shapely.simplify(one.shape, 0.3 / frame.mm_per_m)) for one in labels]
    shown = shapely.intersection(np.array(simple, dtype=object), frame.ground)
    room = shapely.area(shown) * frame.mm_per_m**2
    order = sorted(range(len(labels)), key=lambda one: (one > 0, -room[one]))
    for one in order[:MOST_LABELS]:
        label = labels[one]
        if room[one] < 0.35 * len(label.words) * label.size**2:
            continue
        circle = shapely.maximum_inscribed_circle(shown[one], tolerance=1 / frame.mm_per_m)
        x, y = frame.at(*shapely.get_coordinates(circle)[0].tolist())
        box = label.box_at(x, y)
        inside = box[0] > 1 and box[1] > 1 and box[2] < frame.wide - 1 and box[3] < frame.high - 1
        if one and (not inside or any(_overlap(box, other) for other in taken)):
            continue
        taken.append(box)
        yield from label.at(x, y)


@dataclass(frozen=True, slots=True)
class Label:
    """Words for a shape: their height in millimetres, and their ink."""

    shape: Any
    words: str
    size: float
    ink: str

    def box_at(self, x: float, y: float) -> tuple[float, float, float, float]:
        """What the words cover around a place on the paper: a Chinese letter is as wide as high, others about half."""
        half = self.size * sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in self.words) / 2
        return x - half, y - self.size * 0.6, x + half, y + self.size * 0.6

    def at(self, x: float, y: float) -> Iterator[str]:
        """The words in the middle of a place on the paper, on a white rim."""
        place = f'x="{x}" y="{round(y + self.size / 3, 2)}" font-size="{self.size}"'
        common = f'{place} text-anchor="middle" font-family="{FONT}"'
        yield f'<text {common} fill="none" stroke="#ffffff" stroke-width="0.9">{escape(self.words)}</text>'
        yield f'<text {common} fill="{self.ink}">{escape(self.words)}</text>'


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes (left, top, right, bottom) share ground."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _scale(frame: Frame) -> Iterator[str]:
    length = next((step for step in reversed(STEPS_M) if step * frame.mm_per_m <= 40), STEPS_M[0])
    x, y, wide = 5.0, frame.high - 5, round(length * frame.mm_per_m, 2)
    words = f"{length / 1000:g} km" if length >= 1000 else f"{length} m"
    yield f'<path d="M{x},{y - 1.5} V{y} H{x + wide} V{y - 1.5}" fill="none" stroke="{INK}" stroke-width="0.4"/>'
    yield f'<text x="{x + wide / 2}" y="{y - 1.6}" font-size="2.9" text-anchor="middle" fill="{INK}">{words}</text>'


def _north(frame: Frame) -> Iterator[str]:
    x = frame.wide - 8
    yield f'<path d="M{x},4 L{x + 2.4},11 L{x},9.4 L{x - 2.4},11 Z" fill="{INK}"/>'
    yield f'<text x="{x}" y="15" font-size="3.2" font-weight="700" text-anchor="middle" fill="{INK}">N</text>'


def _svg(frame: Frame, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.wide:g} {frame.high:g}" '
        f'width="{frame.wide:g}mm" height="{frame.high:g}mm">'
    )
    return head + f'<rect width="{frame.wide:g}" height="{frame.high:g}" fill="#fbfcfe"/>' + "".join(parts) + "</svg>"
