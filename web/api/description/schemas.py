"""JSON Schemas of the values that the API answers, from the types in the code."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from geo_grid import redraw
from geo_grid.vocabulary import Named

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string"},
    type(None): {"type": "null"},
}
POSITION = {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "minItems": 2, "maxItems": 2}
LINE = {"type": "array", "items": POSITION, "maxItems": 10_000, "description": "[longitude, latitude] of every vertex"}


class Schemas:
    """Gathers the schemas of dataclasses under their names while others refer to them."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type, of a mapping of keys to types, or a schema itself."""
        if isinstance(kind, Mapping):
            return dict(kind) if _is_schema(kind) else self._object(kind)
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if isinstance(kind, type) and issubclass(kind, Named):
            return {"type": "string", "enum": [member.code for member in kind]}
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"type": "string", "enum": [member.name for member in kind]}
        if is_dataclass(kind) and isinstance(kind, type):
            return self._named(kind)
        return self._made_of(kind)

    def _named(self, kind: type) -> dict[str, Any]:
        """A reference to the schema of a dataclass, which is gathered."""
        name = kind.__name__
        if name not in self.found:
            self.found[name] = {}
            hints = typing.get_type_hints(kind)
            parts = {one.name: hints[one.name] for one in fields(kind) if one.repr}
            self.found[name] = {"description": (kind.__doc__ or "").split("\n", 1)[0], **self._object(parts)}
        return {"$ref": f"#/components/schemas/{name}"}

    def _object(self, parts: Mapping[str, Any]) -> dict[str, Any]:
        """An object with those keys, all of them always there."""
        return {
            "type": "object",
            "properties": {name: self.of(part) for name, part in parts.items()},
            "required": list(parts),
        }

    def _made_of(self, kind: Any) -> dict[str, Any]:
        """The schema of a union, a list, a tuple or a mapping; anything at all for what is none of these."""
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return {"anyOf": [self.of(part) for part in parts]}
        if origin is tuple and parts and parts[-1] is not Ellipsis:
            ends = {"minItems": len(parts), "maxItems": len(parts)}
            return {"type": "array", "prefixItems": [self.of(part) for part in parts], **ends}
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping | dict):
            return {"type": "object", "additionalProperties": self.of(parts[1]) if len(parts) > 1 else {}}
        if origin is not None and isinstance(origin, type) and issubclass(origin, Sequence | frozenset):
            return {"type": "array", "items": self.of(parts[0]) if parts else {}}
        return {}


def move_schema() -> dict[str, Any]:
    """A move: one schema for each kind."""
    return {
        "description": "What is wanted; `kind` says which of the moves it is.",
        "oneOf": [{"$ref": f"#/components/schemas/{move.__name__}"} for move in redraw.MOVES.values()],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {kind: f"#/components/schemas/{move.__name__}" for kind, move in redraw.MOVES.items()},
        },
    }


def move_schemas(schemas: Schemas) -> dict[str, Any]:
    """The schema of each kind of move, under its name."""
    found = {}
    for kind, move in redraw.MOVES.items():
        hints = typing.get_type_hints(move)
        parts = {one.name: _part(schemas, one.name, hints[one.name]) for one in fields(move)}
        found[move.__name__] = {
            "description": (move.__doc__ or "").split("\n", 1)[0],
            "type": "object",
            "properties": {"kind": {"const": kind}, **parts},
            "required": ["kind", *(one.name for one in fields(move) if one.default is MISSING)],
            "additionalProperties": False,
        }
    return found


def _part(schemas: Schemas, name: str, kind: Any) -> dict[str, Any]:
    """The schema of a key of a move."""
    if name in {"line", "region"}:
        return dict(LINE)
    if name == "snap_m":
        meaning = "how far the line is pulled to borders, in metres"
        limits = {"minimum": redraw.LEAST_SNAP_M, "maximum": redraw.MOST_SNAP_M}
        return {"type": "number", "description": meaning, **limits, "default": redraw.LEAST_SNAP_M}
    return schemas.of(kind)


def _is_schema(kind: Mapping[str, Any]) -> bool:
    """Whether a mapping is a schema and not keys with their types."""
    return any(isinstance(kind.get(word), str | list) for word in ("type", "$ref")) or "anyOf" in kind
