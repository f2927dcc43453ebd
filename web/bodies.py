"""How much a request may send: little, unless its address declares more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])
MARK = "most_bytes"
#: Enough for the longest line that the studio may send, and for every form without files.
MOST_BYTES = 8 << 20


def takes_up_to(most_bytes: int) -> Callable[[View], View]:
    """The decorator of a view that reads as many bytes, the form around its files among them."""

    def declare(view: View) -> View:
        setattr(view, MARK, most_bytes)
        return view

    return declare


def limit_bodies(app: Flask) -> None:
    """Let `app` refuse what is too long before any of it is read; ask for this before whatever reads forms."""
    app.before_request(_limit)


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, MARK, MOST_BYTES)
    request.max_content_length = most
    if (request.content_length or 0) > most:
        abort(413)
