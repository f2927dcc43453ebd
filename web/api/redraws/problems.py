"""Refused moves and conflicts as JSON: the sentence in the reader's language, the grids, the place and the figures."""

from __future__ import annotations

from flask import Blueprint, jsonify

from geo_grid.errors import BadInput, GeoGridError, NotFound, Refused, Stale
from web.errors import TITLES, Answer, status_of
from web.redraws.state import problem_of


def tell_problems(part: Blueprint) -> None:
    """Let `part` answer what is refused with all that is known of the reason."""
    for kind in (Refused, Stale, BadInput, NotFound):
        part.register_error_handler(kind, _tell)


def _tell(error: GeoGridError) -> Answer:
    status = status_of(error)
    problem = problem_of(error)
    answer = {"status": status, "error": str(TITLES[status]), "detail": problem["message"], "refusal": problem}
    return jsonify(answer), status, {"Cache-Control": "no-store"}
