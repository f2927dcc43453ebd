"""/api/grids and /api/tree: a grid's summary and the grids under one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geo_grid.publish import GridSummary, TreeNode
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.api.description import declared, takes
from web.summaries import branches_of, summary_of

grids = Blueprint("grids", __name__)


@grids.get("/grids/<code>")
@takes(answer=GridSummary, refuses=(404,))
@needs(Action.SEE)
def grid(code: str) -> Response:
    """All that is shown of one grid, its outline as GeoJSON among it."""
    return jsonify(summary_of(code))


@grids.get("/tree")
@takes(
    query={"parent": declared.text("the grid whose parts are asked for; the widest ones without it")},
    answer={"grids": tuple[TreeNode, ...]},
    refuses=(404,),
)
@needs(Action.SEE)
def tree() -> Response:
    """The grids directly under `?parent=`, or the widest ones."""
    return jsonify(grids=branches_of(params.text_or_none("parent")))
