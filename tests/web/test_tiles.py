"""/tiles: versions, caching and compression."""

from __future__ import annotations

import gzip

from flask.testing import FlaskClient

GZIP = {"Accept-Encoding": "gzip"}
PLACE = "10/827/401"


def test_a_tile_is_kept_for_ever_under_its_version(client: FlaskClient, version: int) -> None:
    answer = client.get(f"/tiles/{version}/{PLACE}.mvt", headers=GZIP)
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert b"cells" in gzip.decompress(answer.data)


def test_a_reader_without_gzip_gets_the_plain_tile(client: FlaskClient, version: int) -> None:
    packed = client.get(f"/tiles/{version}/{PLACE}.mvt", headers=GZIP)
    plain = client.get(f"/tiles/{version}/{PLACE}.mvt", headers={"Accept-Encoding": "identity"})
    assert plain.content_encoding is None
    assert plain.data == gzip.decompress(packed.data)


def test_a_tile_that_is_known_costs_no_bytes(client: FlaskClient, version: int) -> None:
    first = client.get(f"/tiles/{version}/{PLACE}.mvt", headers=GZIP)
    again = client.get(f"/tiles/{version}/{PLACE}.mvt", headers=GZIP | {"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_a_tile_of_another_version_is_gone(client: FlaskClient, version: int) -> None:
    answer = client.get(f"/tiles/{version - 1}/{PLACE}.mvt")
    assert answer.status_code == 410
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_tile_off_the_scheme_is_not_found(client: FlaskClient, version: int) -> None:
    assert client.get(f"/tiles/{version}/3/8/0.mvt").status_code == 404
    assert client.get(f"/tiles/{version}/40/0/0.mvt").status_code == 404
