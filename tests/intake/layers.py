"""Layers made in memory, drawn with letters, as reading would give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geo_grid.intake import Layer
from tests.drawn import drawn

SIZE = 100.0
SRID = 4546


def grid_layer(drawing: str, codes: Mapping[str, str], *, tier: str = "微网格", name: str = "grids") -> Layer:
    """The letters of a drawing as grids of a tier, each with its code."""
    cells = drawn(drawing, size=SIZE)
    return layer_of([(codes[letter], cells[letter]) for letter in codes], tier=tier, name=name)


def layer_of(
    rows: Sequence[tuple[str, Any]], *, tier: str = "微网格", name: str = "grids", crs: str | None = f"EPSG:{SRID}"
) -> Layer:
    """Grids of a tier with these codes and shapes."""
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shape for _, shape in rows]
    columns = {"网格编码": [code for code, _ in rows], "网格层级": [tier] * len(rows)}
    return Layer(f"{name}.zip", name, columns, shapes, crs=crs)


def household_layer(points: Sequence[tuple[float, float]], *, crs: str | None = f"EPSG:{SRID}") -> Layer:
    """Households at these places."""
    codes = [f"H{row:03d}" for row in range(1, len(points) + 1)]
    columns = {"户编码": codes, "地址": [f"{code}号" for code in codes], "人口数": ["1"] * len(codes)}
    return Layer("households.zip", "households", columns, points=np.array(points, dtype=np.float64), crs=crs)
