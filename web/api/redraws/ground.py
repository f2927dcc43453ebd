"""/api/redraws/…/edges, /points and /map-on: borders to drag, households to count, the map of an earlier day."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.errors import BadInput
from geo_grid.publish import GuideLine, grid_names, guide_lines, household_points
from geo_grid.redraw import Arcs
from geo_grid.vocabulary import Action, Tier
from web import params
from web.access import needs
from web.api.description import declared, parts, takes
from web.database import read, read_widely
from web.params import BadParameter
from web.session import actor

ground = Blueprint("ground", __name__)

MOST_CODES = 200


@ground.get("/<int:draft_id>/edges")
@takes(
    query={
        "codes": declared.text("codes of grids with commas between them", most=20_000),
        "box": declared.box(required=False),
        "tier": declared.TIER,
    },
    answer=parts.EDGES,
    refuses=(404, 409, 422),
)
@needs(Action.SEE_REDRAWS)
def edges(draft_id: int) -> Response:
    """The borders around `?codes=a,b` and around their neighbours, or in a `?box=`, as edges with a left and a right.

    They are those of the leaves, or of the grids of `?tier=`, after the draft's moves.
    """
    tier = _tier(params.text_or_none("tier"))
    codes = _codes()
    return jsonify(read_widely(_edges, draft_id, actor(), codes, tier))


@ground.get("/points")
@takes(query={"box": declared.box()}, answer={"points": {"type": "array", "items": {"type": "array"}}})
@needs(Action.SEE_REDRAWS)
def points() -> Response:
    """The household points in a `?box=west,south,east,north` as [lon, lat, persons], without any other word of them."""
    return jsonify(points=read(household_points, box()))


@ground.get("/lines")
@takes(query={"box": declared.box()}, answer={"lines": tuple[GuideLine, ...]})
@needs(Action.SEE_REDRAWS)
def lines() -> Response:
    """The rivers, roads and other lines that meet a `?box=west,south,east,north`: borders are drawn along them."""
    return jsonify(lines=read(guide_lines, box()))


@ground.get("/map-on")
@takes(
    query={
        "day": declared.day("the day at whose end the grids stood so", required=True),
        "box": declared.box(),
        "tier": declared.TIER,
    },
    answer=parts.COLLECTION,
)
@needs(Action.SEE)
def map_on() -> Response:
    """The grids as they were at the end of `?day=`, in a `?box=west,south,east,north`, of one `?tier=`, as GeoJSON."""
    day = params.day_or_none("day")
    if day is None:
        raise BadParameter("day", "a day such as 2026-06-01")
    tier = _tier(params.text_or_none("tier"))
    return jsonify(read(lambda conn: redraw.map_on(conn, day, box=box(), tier=tier)))


def box() -> tuple[float, float, float, float]:
    """The parameter `box`: west, south, east and north in degrees."""
    try:
        west, south, east, north = (float(value) for value in params.text("box").split(","))
    except ValueError:
        raise BadParameter("box", "four numbers of degrees: west,south,east,north") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadParameter("box", "west before east and south before north, in degrees")
    return west, south, east, north


def _edges(conn: Connection, draft_id: int, who: Actor, codes: tuple[str, ...], tier: Tier | None) -> dict[str, Any]:
    """The edges with the names of the grids beside them."""
    arcs = _around(conn, draft_id, who, codes, tier) if codes else _in_box(conn, draft_id, who, tier)
    found = arcs.to_json()
    names = grid_names(conn, beside(arcs))
    return {**found, "names": {code: {"name": one.name, "tier": one.tier} for code, one in names.items()}}


def _around(conn: Connection, draft_id: int, who: Actor, codes: tuple[str, ...], tier: Tier | None) -> Arcs:
    """The edges of grids and of their neighbours; of wide grids' neighbours only what lies beside them."""
    first = redraw.edges_around(conn, draft_id, who, codes=codes, tier=tier)
    if tier is None:
        return first
    try:
        return redraw.edges_around(conn, draft_id, who, codes=tuple(sorted(beside(first) | set(codes))), tier=tier)
    except BadInput:
        return first


def _in_box(conn: Connection, draft_id: int, who: Actor, tier: Tier | None) -> Arcs:
    return redraw.edges_around(conn, draft_id, who, box=box(), tier=tier)


def beside(arcs: Arcs) -> set[str]:
    """The grids left and right of edges."""
    return {code for arc in arcs.arcs for code in (arc.left, arc.right) if code}


def _codes() -> tuple[str, ...]:
    given = request.args.get("codes", "")
    codes = tuple(dict.fromkeys(code for code in given.split(",") if code))
    if len(codes) > MOST_CODES:
        raise BadParameter("codes", "at most %(most)s grid codes", most=MOST_CODES)
    return codes


def _tier(code: str | None) -> Tier | None:
    if code is None:
        return None
    try:
        return Tier[code]
    except KeyError:
        raise BadParameter("tier", "one of %(choices)s", choices=", ".join(tier.code for tier in Tier)) from None
