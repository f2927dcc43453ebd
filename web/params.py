"""From a request's text to values, or `BadInput` that says which parameter to mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request

from geo_grid.errors import BadInput

LONGEST_TEXT = 100


class BadParameter(BadInput):
    """A parameter of a request is missing or cannot be read."""

    def __init__(self, name: str, wanted: str, /, **facts: object) -> None:
        self.say(f"the parameter %(parameter)s must be {wanted}", parameter=name, **facts)


def text(name: str) -> str:
    """The parameter's text, trimmed and cut to a sane length; empty when it is missing."""
    given = request.args.get(name, "").replace("\x00", "").strip()
    if len(given) > LONGEST_TEXT:
        raise BadParameter(name, "at most %(most)s characters long", most=LONGEST_TEXT)
    return given


def text_or_none(name: str) -> str | None:
    """The parameter's text, None when it is missing or blank."""
    return text(name) or None


def degrees(name: str, limit: float) -> float:
    """The parameter as degrees between -limit and limit."""
    try:
        value = float(request.args[name])
    except (KeyError, ValueError):
        raise BadParameter(name, "a number of degrees") from None
    if not -limit <= value <= limit:
        raise BadParameter(name, "between -%(limit)s and %(limit)s", limit=f"{limit:g}")
    return value


def day_or_none(name: str) -> date | None:
    """The parameter as a day, None when it is missing."""
    given = text(name)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadParameter(name, "a day such as 2025-06-01") from None


def count(name: str, default: int, most: int) -> int:
    """The parameter as a number from 1 to `most`, `default` when it is missing."""
    given = text(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= most:
        raise BadParameter(name, "a whole number from 1 to %(most)s", most=most)
    return int(given)


def page_of(lines: Sequence[object], size: int) -> dict[str, Any]:
    """The page `?page=` of a list, `size` lines long, and where it stands in it: lines, total, page and pages."""
    pages = max(1, -(-len(lines) // size))
    number = min(count("page", 1, 10_000), pages)
    return {"lines": lines[(number - 1) * size : number * size], "total": len(lines), "page": number, "pages": pages}
