"""Geometries as the hexadecimal EWKB that COPY takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])


def hex_points(at: npt.NDArray[np.float64], srid: int) -> list[str]:
    """Points (n, 2), all at once: twice as fast as making geometries of them."""
    records = np.empty(len(at), dtype=_POINT)
    records["order"], records["kind"], records["srid"] = 1, 0x2000_0001, srid
    records["x"], records["y"] = at[:, 0], at[:, 1]
    text, width = records.tobytes().hex(), 2 * _POINT.itemsize
    return [text[start : start + width] for start in range(0, len(text), width)]


def hex_geometries(geometry: npt.NDArray[Any], srid: int) -> list[str]:
    """Geometries of any kind."""
    marked = shapely.set_srid(geometry, srid)
    return [str(text) for text in shapely.to_wkb(marked, hex=True, include_srid=True)]
