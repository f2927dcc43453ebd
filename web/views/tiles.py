"""/tiles/…: one multi-layer vector tile under the version of the data it was made from."""

from __future__ import annotations

import gzip
from typing import cast

from flask import Blueprint, Response, current_app, request

from geo_grid.access import Scope
from geo_grid.errors import Stale
from geo_grid.publish import TileAnswer, TileCache
from geo_grid.vocabulary import Action
from web.access import needs
from web.compress import takes_gzip
from web.database import connect, connect_widely, scope, try_again
from web.errors import Answer, answer_error

tiles = Blueprint("tiles", __name__)

MIMETYPE = "application/vnd.mapbox-vector-tile"
FOR_EVER = "private, max-age=31536000, immutable"


@tiles.get("/tiles/<int:version>/<int:z>/<int:x>/<int:y>.mvt")
@needs(Action.SEE)
def tile(version: int, z: int, x: int, y: int) -> Response:
    """The tile, to be kept for ever: another version of the data has another address, another scope another `?of=`."""
    cache = cast(TileCache, current_app.extensions["tiles"])
    here = scope()

    def once() -> TileAnswer:
        return cache.get(version, z, x, y, connect=connect, tops=here.tops, connect_widely=connect_widely)

    return _respond(try_again(once), here)


@tiles.errorhandler(Stale)
def gone(error: Stale) -> Answer:
    """410: tiles of that version are no longer made; the page asks for the present one."""
    return answer_error(410, str(error))


def _respond(answer: TileAnswer, here: Scope) -> Response:
    packed = takes_gzip()
    response = Response(answer.body if packed else gzip.decompress(answer.body), mimetype=MIMETYPE)
    if packed:
        response.content_encoding = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["ETag"] = f'"{answer.etag[1:-1]}-{here.mark}"' if here.mark else answer.etag
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    return response
