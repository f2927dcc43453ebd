"""The fields of a form as values, or `BadInput` that names the one to mend."""

from __future__ import annotations

from datetime import date

from flask import request

from geo_grid.errors import BadInput


def field(name: str) -> str:
    """A field's text, blank when it is missing."""
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()


def needed_field(name: str) -> str:
    """A field's text; raises `BadInput` when it is blank."""
    text = field(name)
    if not text:
        raise BadInput.of("the form lacks %(name)s: fill it in", name=name)
    return text


def day_field(name: str) -> date | None:
    """A field as a day, None when it is blank."""
    text = field(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput.of("%(text)s is no day: write it like 2026-06-01", text=text) from None


def needed_day(name: str) -> date:
    """A field as a day; raises `BadInput` when it is blank."""
    day = day_field(name)
    if day is None:
        raise BadInput.of("the form lacks the day %(name)s: fill it in", name=name)
    return day


def count_field(name: str) -> int | None:
    """A field as a whole number, None when it is blank."""
    text = field(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput.of("%(name)s must be a whole number, or blank", name=name)
    return int(text)
