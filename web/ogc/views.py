"""/ogc/…: the addresses of OGC API – Features."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from geo_grid.publish import collection, feature, features
from geo_grid.vocabulary import Action
from web import params
from web.access import needs
from web.api.description import declared, takes
from web.database import read
from web.ogc import asked, documents

ogc = Blueprint("ogc", __name__, url_prefix="/ogc")

_TEXT = {"type": "string"}
_LINKS = {"type": "array", "items": {"type": "object", "properties": {"rel": _TEXT, "type": _TEXT, "href": _TEXT}}}
_LISTED = {"id": _TEXT, "title": _TEXT, "crs": {"type": "array", "items": _TEXT}, "links": _LINKS}
_COLLECTION = {"type": "object", "properties": _LISTED, "required": ["id", "links"]}
_FEATURES = {
    "type": {"const": "FeatureCollection"},
    "features": {"type": "array", "items": {"type": "object"}},
    "numberMatched": {"type": "integer"},
    "numberReturned": {"type": "integer"},
    "links": _LINKS,
}
_ASKED = {
    "limit": declared.whole("how many features at most", most=asked.MOST_FEATURES),
    "after": declared.text("the code after which the page begins, as the link `next` has it"),
    "bbox": declared.Given(
        {"type": "string", "examples": ["110.95,35.9,111,35.95"]}, "the lower corner and the upper one, with commas"
    ),
    "bbox-crs": declared.text("the CRS of `bbox`; CRS84 without it"),
    "crs": declared.text("the CRS of the answer; CRS84 without it"),
    "datetime": declared.text("a moment, or two with / between them: the grids in force then"),
    "tier": declared.TIER,
    "parent": declared.text("grids directly below this one"),
    "grid": declared.text("households in this leaf"),
    "contact": declared.text("households of this worker"),
    "kind": declared.text("risk sites of this kind"),
    "level": declared.text("facilities of this level"),
    "hazard": declared.text("zones of this hazard"),
}


@ogc.get("/")
@takes(answer={"title": _TEXT, "links": _LINKS})
@needs(Action.SEE)
def landing() -> Response:
    """Where a GIS program begins."""
    asked.check_known()
    return jsonify(documents.landing())


@ogc.get("/conformance")
@takes(answer={"conformsTo": {"type": "array", "items": _TEXT}})
@needs(Action.SEE)
def conformance() -> Response:
    """Which parts of the standard are kept."""
    asked.check_known()
    return jsonify(conformsTo=documents.CONFORMS_TO)


@ogc.get("/collections")
@takes(answer={"collections": {"type": "array", "items": _COLLECTION}, "links": _LINKS})
@needs(Action.SEE)
def collections() -> Response:
    """The collections of features."""
    asked.check_known()
    return jsonify(documents.collections())


@ogc.get("/collections/<name>")
@takes(answer=_LISTED, refuses=(404,))
@needs(Action.SEE)
def one_collection(name: str) -> Response:
    """One collection: what it holds, where, in which CRS."""
    asked.check_known()
    return jsonify(documents.described(collection(name)))


@ogc.get("/collections/<name>/items")
@takes(query=_ASKED, answer=_FEATURES, media=documents.GEOJSON, refuses=(404,))
@needs(Action.SEE)
def items(name: str) -> Response:
    """Features of a collection, by place, time and property, in the order of their codes."""
    chosen = collection(name)
    found = read(features, chosen, asked.wish(chosen))
    return _answer("".join(documents.page(chosen, found)), found.crs.uri)


@ogc.get("/collections/<name>/items/<code>")
@takes(query={"crs": _ASKED["crs"]}, answer={"type": {"const": "Feature"}}, media=documents.GEOJSON, refuses=(404,))
@needs(Action.SEE)
def item(name: str, code: str) -> Response:
    """One feature as it is now."""
    asked.check_known(("crs",))
    chosen = collection(name)
    found, crs = read(feature, chosen, code, params.text_or_none("crs"))
    return _answer(documents.single(chosen, found), crs.uri)


def _answer(text: str, crs: str) -> Response:
    response = Response(text, mimetype=documents.GEOJSON)
    response.headers["Content-Crs"] = f"<{crs}>"
    return response
