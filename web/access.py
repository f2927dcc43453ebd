"""Which action each address asks for, declared beside its view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from geo_grid.vocabulary import Action

View = TypeVar("View", bound=Callable[..., Any])
MARK = "needed_action"


def needs(action: Action) -> Callable[[View], View]:
    """The decorator of a view that only who may do `action` is answered by; it stands directly above the function."""

    def declare(view: View) -> View:
        setattr(view, MARK, action)
        return view

    return declare


def needed(view: object) -> Action | None:
    """The action that a view asks for; None when it declares none."""
    found = getattr(view, MARK, None)
    return found if isinstance(found, Action) else None
