"""What a view of the API takes and answers, declared beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from geo_grid.vocabulary import Stage, Tier

View = TypeVar("View", bound=Callable[..., Any])
MARK = "taking"

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter of an address or a key of a request's JSON."""

    schema: Schema
    meaning: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Taking:
    """What a view takes and answers: `answer` is a type, or a mapping of keys to types and schemas."""

    query: Mapping[str, Given] = field(default_factory=dict)
    body: Mapping[str, Given] = field(default_factory=dict)
    answer: Any = None
    status: int = 200
    is_upload: bool = False
    refuses: tuple[int, ...] = ()
    media: str = "application/json"


def takes(
    *,
    query: Mapping[str, Given] | None = None,
    body: Mapping[str, Given] | None = None,
    answer: Any = None,
    status: int = 200,
    refuses: tuple[int, ...] = (),
    is_upload: bool = False,
    media: str = "application/json",
) -> Callable[[View], View]:
    """The decorator that declares what a view takes and answers; `refuses` are the statuses beside those of all."""

    def declare(view: View) -> View:
        setattr(view, MARK, Taking(query or {}, body or {}, answer, status, is_upload, refuses, media))
        return view

    return declare


def taken(view: object) -> Taking:
    """What a view declares; nothing in particular for one that declares nothing."""
    found = getattr(view, MARK, None)
    return found if isinstance(found, Taking) else Taking()


def text(meaning: str, *, most: int = 100, required: bool = False) -> Given:
    """A text."""
    return Given({"type": "string", "maxLength": most}, meaning, required)


def whole(meaning: str, *, least: int = 1, most: int = 2**31, required: bool = False) -> Given:
    """A whole number."""
    return Given({"type": "integer", "minimum": least, "maximum": most}, meaning, required)


def flag(meaning: str) -> Given:
    """True or false."""
    return Given({"type": "boolean"}, meaning)


def day(meaning: str, *, required: bool = False) -> Given:
    """A day."""
    return Given({"type": "string", "format": "date", "examples": ["2026-12-01"]}, meaning, required)


def degrees(meaning: str, most: int) -> Given:
    """A longitude or latitude, which must be given."""
    return Given({"type": "number", "minimum": -most, "maximum": most}, meaning, is_required=True)


def codes(meaning: str) -> Given:
    """A list of codes of grids."""
    return Given({"type": "array", "items": {"type": "string"}}, meaning)


def box(*, required: bool = True) -> Given:
    """A box of degrees."""
    meaning = "west, south, east and north in degrees, with commas between them"
    number = r"-?[0-9]+(\.[0-9]*)?"
    schema = {"type": "string", "pattern": f"^{number}(,{number}){{3}}$", "examples": ["110.95,35.9,111,35.95"]}
    return Given(schema, meaning, required)


TIER = Given({"type": "string", "enum": [tier.code for tier in Tier]}, "the code of a tier")
STAGE = Given({"type": "string", "enum": [stage.code for stage in Stage]}, "the code of a stage")
REVISION = whole("the revision of the draft that was looked at; 409 when it has another one by now", most=2**31 - 1)
MOVE = Given({"$ref": "#/components/schemas/Move"}, "the move", is_required=True)
