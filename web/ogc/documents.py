"""What the addresses of OGC API – Features answer: their documents, with links from one to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from geo_grid.publish import COLLECTIONS, CRS84, Collection, Feature, FeaturePage, crs_given
from web.language import word
from web.overview import overview_now

JSON, GEOJSON = "application/json", "application/geo+json"
API = "application/vnd.oai.openapi+json;version=3.1"
#: OGC 17-069r4 and, for the CRS, OGC 18-058r1.
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)


def landing() -> dict[str, Any]:
    """Where everything is."""
    name = overview_now().tree.name
    return {
        "title": _("Service grids of %(county)s", county=name) if name else _("Service grids"),
        "description": _("Grids, households, risk sites, service centres and hazard zones."),
        "links": [
            _link("self", "ogc.landing"),
            _link("service-desc", "api.session.openapi", kind=API, title="OpenAPI"),
            _link("conformance", "ogc.conformance"),
            _link("data", "ogc.collections"),
        ],
    }


def collections() -> dict[str, Any]:
    """All collections."""
    return {"links": [_link("self", "ogc.collections")], "collections": [described(one) for one in COLLECTIONS]}


def described(chosen: Collection) -> dict[str, Any]:
    """A collection: what it holds, where, in which CRS."""
    tree = overview_now().tree
    found: dict[str, Any] = {
        "id": chosen.name,
        "title": word(chosen),
        "description": _("Told of each: %(words)s.", words=", ".join(word(one) for one in chosen.properties)),
        "itemType": "feature",
        "crs": [one.uri for one in crs_given(tree.srid)] if tree.srid else [CRS84],
        "links": [
            _link("self", "ogc.one_collection", name=chosen.name),
            _link("items", "ogc.items", name=chosen.name, kind=GEOJSON),
        ],
    }
    if tree.bounds is not None:
        found["extent"] = {"spatial": {"bbox": [list(tree.bounds)], "crs": CRS84}}
        found["storageCrs"] = crs_given(tree.srid)[-1].uri
    return found


def page(chosen: Collection, found: FeaturePage) -> Iterator[str]:
    """A page of features, piece by piece."""
    links = [{**_link("self", "ogc.items", kind=GEOJSON, name=chosen.name), "href": request.url}]
    if found.more_after is not None:
        asked = {**request.args.to_dict(), "after": found.more_after}
        links.append(_link("next", "ogc.items", kind=GEOJSON, name=chosen.name, **asked))
    links.append(_link("collection", "ogc.one_collection", name=chosen.name))
    told = {"numberMatched": found.matched, "numberReturned": len(found.features), "links": links}
    yield '{"type": "FeatureCollection", '
    yield f'{_json(told)[1:-1]}, "timeStamp": {_json(_now())}, "features": ['
    for place, one in enumerate(found.features):
        yield (",\n" if place else "\n") + feature_text(one)
    yield "\n]}"


def single(chosen: Collection, found: Feature) -> str:
    """One feature, with links."""
    links = [
        {**_link("self", "ogc.item", kind=GEOJSON, name=chosen.name, code=found.code), "href": request.url},
        _link("collection", "ogc.one_collection", name=chosen.name),
    ]
    return feature_text(found, {"links": links})


def feature_text(one: Feature, more: Mapping[str, Any] | None = None) -> str:
    """A feature as GeoJSON; its geometry is GeoJSON already."""
    rest = f", {_json(more)[1:-1]}" if more else ""
    return (
        f'{{"type": "Feature", "id": {_json(one.code)}, "properties": {_json(dict(one.properties))}, '
        f'"geometry": {one.geometry}{rest}}}'
    )


def _link(relation: str, endpoint: str, *, kind: str = JSON, title: str = "", **values: str) -> dict[str, str]:
    """A link; programs follow it, so it is whole."""
    found = {"rel": relation, "type": kind, "href": url_for(endpoint, _external=True, **values)}
    return found | ({"title": title} if title else {})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    """A moment as RFC 3339 writes it."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{value!r} is nothing that a feature tells")


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
