"""Layers as bytes between two of our own processes: numbers and texts only, nothing that runs when it is read."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

import numpy as np
import shapely

from geo_grid.checks.finding import Finding
from geo_grid.intake.layer import Layer, nothing
from geo_grid.intake.sighting import EncodingGuess, Reading

_HEAD = 8


def written(layers: Sequence[Layer]) -> bytes:
    """The layers as bytes."""
    out = io.BytesIO()
    _put(out, json.dumps([_plain(layer) for layer in layers], ensure_ascii=False).encode())
    for layer in layers:
        _put_array(out, layer.points)
        _put_array(out, layer.numbers)
        if layer.geometry is not None:
            wkb = shapely.to_wkb(layer.geometry)
            _put_array(out, np.array([-1 if one is None else len(one) for one in wkb], dtype=np.int64))
            _put(out, b"".join(one for one in wkb if one is not None))
    return out.getvalue()


def read_back(content: bytes) -> list[Layer]:
    """The layers that `written` wrote. Raises `ValueError` for anything else."""
    stream = io.BytesIO(content)
    return [_layer(plain, stream) for plain in json.loads(_take(stream))]


def finding_from(plain: dict[str, Any]) -> Finding:
    """A finding of its plain values, as reading makes them: without a geometry of its own."""
    point = plain.get("point")
    return Finding(**{**plain, "point": tuple(point) if point else None})


def guess_from(plain: dict[str, Any] | None) -> EncodingGuess | None:
    """A guess of its plain values."""
    if plain is None:
        return None
    chosen, *others = [
        Reading(**{**one, "examples": tuple(one["examples"])}) for one in (plain["chosen"], *plain["alternatives"])
    ]
    return EncodingGuess(**{**plain, "chosen": chosen, "alternatives": tuple(others)})


def _plain(layer: Layer) -> dict[str, Any]:
    """What JSON takes of a layer."""
    return {
        "source": layer.source,
        "name": layer.name,
        "columns": layer.columns,
        "crs": layer.crs,
        "broken": list(layer.broken.items()),
        "findings": [asdict(finding) for finding in layer.findings],
        "encoding": asdict(layer.encoding) if layer.encoding else None,
        "shaped": layer.geometry is not None,
    }


def _layer(plain: dict[str, Any], stream: BinaryIO) -> Layer:
    """A layer of its plain values and the arrays that follow."""
    points, numbers = _take_array(stream), _take_array(stream)
    geometry = None
    if plain["shaped"]:
        lengths = _take_array(stream)
        if lengths is None:
            raise ValueError("the lengths are missing")
        body, at = _take(stream), 0
        wkb = nothing(len(lengths))
        for row, length in enumerate(lengths.tolist()):
            if length >= 0:
                wkb[row] = body[at : at + length]
                at += length
        geometry = np.asarray(shapely.from_wkb(wkb), dtype=object)
    return Layer(
        plain["source"],
        plain["name"],
        plain["columns"],
        geometry,
        points,
        plain["crs"],
        {int(row): reason for row, reason in plain["broken"]},
        tuple(finding_from(one) for one in plain["findings"]),
        guess_from(plain["encoding"]),
        numbers,
    )


def _put(out: BinaryIO, content: bytes) -> None:
    """Write bytes behind their length."""
    out.write(len(content).to_bytes(_HEAD, "big"))
    out.write(content)


def _take(stream: BinaryIO) -> bytes:
    """Read what `_put` wrote."""
    size = int.from_bytes(stream.read(_HEAD), "big")
    content = stream.read(size)
    if len(content) != size:
        raise ValueError("the bytes end too early")
    return content


def _put_array(out: BinaryIO, array: np.ndarray | None) -> None:
    """Write an array of numbers, or that there is none."""
    held = io.BytesIO()
    if array is not None:
        np.save(held, np.ascontiguousarray(array), allow_pickle=False)
    _put(out, held.getvalue())


def _take_array(stream: BinaryIO) -> np.ndarray | None:
    """Read what `_put_array` wrote."""
    content = _take(stream)
    return np.load(io.BytesIO(content), allow_pickle=False) if content else None
