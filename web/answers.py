"""How values become JSON: frozen dataclasses as objects, days in ISO form, enumerations by code."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

from flask.json.provider import DefaultJSONProvider


class Answers(DefaultJSONProvider):
    """Flask's JSON with our values in it, keys in the order of their fields."""

    sort_keys = False
    ensure_ascii = False

    @staticmethod
    def default(o: Any) -> Any:
        """What JSON can hold in place of `o`."""
        if isinstance(o, date):
            return o.isoformat()
        if isinstance(o, Enum):
            return o.name
        return DefaultJSONProvider.default(o)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """What JSON says; raises `ValueError`, also for brackets nested deeper than can be read."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None
