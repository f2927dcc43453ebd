"""What a request's JSON gives, or `BadInput` that names the key to mend."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from geo_grid import redraw
from geo_grid.errors import BadInput
from geo_grid.redraw import Move
from web.overview import county_srid

LONGEST_TEXT = 2000


class BadKey(BadInput):
    """A key of the request's JSON is missing or cannot be read."""

    def __init__(self, name: str, wanted: str, /, **facts: object) -> None:
        self.say(f"the key '%(key)s' must be {wanted}", key=name, **facts)


def body() -> dict[str, Any]:
    """The request's JSON object; an empty one when there is none."""
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise BadInput("the request's body must be one JSON object")
    return given


def move(given: dict[str, Any]) -> Move:
    """The move under the key `move`."""
    found = given.get("move")
    if not isinstance(found, dict):
        raise BadKey("move", 'an object such as {"kind": "merge", "grids": ["…", "…"], "keep": "…"}')
    return redraw.move_from_json(found, county_srid())


def text(given: dict[str, Any], name: str, default: str = "") -> str:
    """The text under a key."""
    value = given.get(name, default)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadKey(name, "a text of at most %(most)s characters", most=LONGEST_TEXT)
    return value.strip()


def text_or_none(given: dict[str, Any], name: str) -> str | None:
    """The text under a key, None when the key is missing."""
    return text(given, name) if name in given else None


def flag_or_none(given: dict[str, Any], name: str) -> bool | None:
    """The truth value under a key, None when the key is missing."""
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise BadKey(name, "true or false")
    return value


def number_or_none(given: dict[str, Any], name: str) -> int | None:
    """The whole number under a key, None when the key is missing."""
    value = given.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadKey(name, "a whole number")
    return value


def codes_or_none(given: dict[str, Any], name: str) -> frozenset[str] | None:
    """The list of codes under a key, None when the key is missing."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise BadKey(name, "a list of grid codes")
    return frozenset(value)


def day_or_none(given: dict[str, Any], name: str) -> date | None:
    """The day under a key, None when the key is missing."""
    value = text(given, name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadKey(name, "a day such as 2026-12-01") from None
