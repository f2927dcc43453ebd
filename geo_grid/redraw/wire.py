"""Moves, places and shapes between the county's CRS and the wire: JSON with longitude and latitude, nine decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geo_grid.grids import tier_named
from geo_grid.redraw.moves import LEAST_SNAP_M, MOST_SNAP_M, MOVES, Move
from geo_grid.redraw.refusals import BadMove, MoveRefused
from geo_grid.vocabulary import Tier

#: With nine decimals of a degree every vertex comes back to its lattice point; with seven one in a hundred does.
DECIMALS = 9
#: The fields of moves that hold lines, lists of texts, and yes or no.
_LINES = frozenset({"line", "region"})
_LISTS = frozenset({"grids", "names", "codes"})
_FLAGS = frozenset({"cut", "absorb"})
#: No move in JSON names more grids than this.
_MOST_LISTED = 1000
_LONGEST_TEXT = 200


@lru_cache(maxsize=16)
def _way(origin: int, target: int) -> Transformer:
    """How to get from one CRS to another."""
    return Transformer.from_crs(origin, target, always_xy=True)


def to_lonlat(coords: npt.ArrayLike, srid: int) -> npt.NDArray[np.float64]:
    """County coordinates (n, 2) as longitude and latitude with nine decimals."""
    at = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    lon, lat = _way(srid, 4326).transform(at[:, 0], at[:, 1])
    return np.round(np.column_stack([lon, lat]), DECIMALS)


def from_lonlat(coords: npt.ArrayLike, srid: int) -> npt.NDArray[np.float64]:
    """Longitude and latitude (n, 2) as county coordinates; infinite where the CRS has no meaning."""
    at = np.asarray(coords, dtype=np.float64).reshape(-1, 2)
    x, y = _way(4326, srid).transform(at[:, 0], at[:, 1])
    return np.column_stack([x, y])


def located(refused: MoveRefused, srid: int) -> MoveRefused:
    """The refusal with its place in longitude and latitude."""
    if refused.place is not None:
        lon, lat = to_lonlat([refused.place], srid)[0].tolist()
        refused.place = (lon, lat)
    return refused


def shape_json(shape: Any, srid: int) -> Mapping[str, Any] | None:
    """A shape in county coordinates as a GeoJSON geometry; None for none."""
    if shape is None:
        return None
    moved = shapely.transform(shape, lambda at: to_lonlat(at, srid))
    found: Mapping[str, Any] = shapely.geometry.mapping(moved)
    return found


def move_to_json(move: Move, srid: int) -> dict[str, Any]:
    """The move as plain values."""
    found: dict[str, Any] = {"kind": move.kind}
    for one in fields(move):
        value = getattr(move, one.name)
        if one.name in _LINES:
            value = to_lonlat(value, srid).tolist() if len(value) else []
        elif isinstance(value, Tier):
            value = value.code
        elif isinstance(value, tuple):
            value = list(value)
        found[one.name] = value
    return found


def move_keys() -> dict[str, dict[str, Any]]:
    """Every kind of move: what it does, its keys, and those that must be given."""
    return {
        kind: {
            "meaning": (move.__doc__ or "").split("\n", 1)[0],
            "keys": [one.name for one in fields(move)],
            "required": [one.name for one in fields(move) if one.default is MISSING],
        }
        for kind, move in MOVES.items()
    }


def move_from_json(given: object, srid: int) -> Move:
    """The move that plain values describe; raises `BadMove` naming the key that is wrong."""
    if not isinstance(given, Mapping):
        raise BadMove("a move is an object with a kind: give one")
    kind = MOVES.get(str(given.get("kind")))
    if kind is None:
        raise BadMove(f"kind: {_shown(given.get('kind'))} is no move: use {', '.join(MOVES)}")
    known = {one.name: one for one in fields(kind)}
    strange = sorted(str(key) for key in given if key not in known and key != "kind")
    if strange:
        raise BadMove(f"{strange[0][:40]}: no key of {kind.kind}: leave it out")
    values = {name: _value(name, value, srid) for name, value in given.items() if name != "kind"}
    missing = [name for name, one in known.items() if name not in values and one.default is MISSING]
    if missing:
        raise BadMove(f"{missing[0]}: missing: {kind.kind} needs it")
    return kind(**values)


def kept_move(kept: Mapping[str, Any], srid: int) -> Move:
    """The move that a draft keeps; a reach that was let in beyond its limits, which it never had, is brought within."""
    reach = kept.get("snap_m")
    if isinstance(reach, int | float):
        kept = {**kept, "snap_m": min(max(reach, LEAST_SNAP_M), MOST_SNAP_M)}
    return move_from_json(kept, srid)


def _value(name: str, value: object, srid: int) -> Any:
    """A field's value from its plain form."""
    if name in _LISTS:
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > _MOST_LISTED:
            raise BadMove(f"{name}: a list of texts: give one")
        return tuple(_text(name, one) for one in value)
    return _line(name, value, srid) if name in _LINES else _single(name, value)


def _single(name: str, value: object) -> Any:
    """The value of a field that holds one thing."""
    if name in _FLAGS:
        return _flag(name, value)
    if name == "snap_m":
        return _metres(name, value)
    if name == "tier":
        tier = tier_named(value) if isinstance(value, str) else None
        if tier is None:
            raise BadMove(f"tier: {_shown(value)} is no tier: use {', '.join(tier.code for tier in Tier)}")
        return tier
    if value is None and name in {"partner", "to"}:
        return None
    return _text(name, value)


def _flag(name: str, value: object) -> bool:
    """A yes or no from its plain form."""
    if not isinstance(value, bool):
        raise BadMove(f"{name}: true or false: give one")
    return value


def _metres(name: str, value: object) -> float:
    """A number of metres from its plain form."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not LEAST_SNAP_M <= value <= MOST_SNAP_M:
        raise BadMove(f"{name}: a number of metres from {LEAST_SNAP_M:g} to {MOST_SNAP_M:g}: give one")
    return float(value)


def _text(name: str, value: object) -> str:
    """A text from its plain form."""
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise BadMove(f"{name}: {_shown(value)} is no short text: give one")
    return value


def _line(name: str, value: object, srid: int) -> tuple[tuple[float, float], ...]:
    """A line in county coordinates from its plain form; what is no line on the ground is left to the move to refuse."""
    try:
        at = np.array(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise BadMove(f"{name}: a list of [longitude, latitude]: give one") from wrong
    if at.size == 0:
        return ()
    if at.ndim != 2 or at.shape[1] != 2:
        raise BadMove(f"{name}: a list of [longitude, latitude]: give one")
    if (np.abs(at[np.isfinite(at).all(axis=1)]) > (180, 90)).any():
        raise BadMove(f"{name}: longitudes lie between -180 and 180, latitudes between -90 and 90: mend them")
    moved = from_lonlat(at, srid)
    return tuple((float(x), float(y)) for x, y in moved)


def _shown(value: object) -> str:
    """A value, short, for a sentence."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
