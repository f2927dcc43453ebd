"""OGC API – Features: what GIS programs read, by place, time, property and CRS, page by page."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from pyproj import Transformer
from werkzeug.serving import make_server

from geo_grid.publish import COLLECTIONS
from tests.web.accounts import signed_in

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
COUNTS = {"grids": 2575, "households": 28_500, "risk-sites": 640, "facilities": 190}
#: A box of the sample county, in longitude and latitude.
BOX = (110.99, 35.95, 111.02, 35.97)


def read(client: FlaskClient, address: str, **asked: object) -> dict[str, Any]:
    """The answer, which must be one."""
    answer = client.get(f"/ogc{address}", query_string={name.replace("_", "-"): value for name, value in asked.items()})
    assert answer.status_code == 200, answer.text[:300]
    assert isinstance(answer.json, dict)
    return answer.json


def refused(client: FlaskClient, address: str) -> dict[str, Any]:
    """What is said of a request that cannot be met, in the shape that the standard recommends."""
    answer = client.get(f"/ogc{address}&lang=en")
    assert answer.status_code == 400, answer.text[:300]
    assert answer.json is not None
    assert answer.json["code"] == "400"
    return dict(answer.json)


def codes(found: dict[str, Any]) -> list[str]:
    return [one["id"] for one in found["features"]]


def test_every_link_from_the_landing_page_on_leads_somewhere(client: FlaskClient) -> None:
    seen, waiting = set[str](), ["http://localhost/ogc/"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        answer = client.get(address.removeprefix("http://localhost"))
        assert answer.status_code == 200, address
        found = answer.json or {}
        parts = [found, *found.get("collections", [])]
        links = [link["href"] for part in parts for link in part.get("links", []) if link["rel"] != "next"]
        waiting += [link for link in links if link not in seen and link not in waiting]
    assert len(seen) == 4 + 2 * len(COLLECTIONS)


@pytest.mark.parametrize("name", ["households", "risk-sites"])
def test_page_by_page_every_feature_comes_once(client: FlaskClient, name: str) -> None:
    pages, address = [], f"/ogc/collections/{name}/items?limit={COUNTS[name] // 3 + 1}"
    while address:
        found = client.get(address.removeprefix("http://localhost")).json
        assert found is not None
        assert found["numberMatched"] == COUNTS[name]
        assert found["numberReturned"] == len(found["features"])
        pages.append(codes(found))
        address = next((link["href"] for link in found["links"] if link["rel"] == "next"), "")
    assert len(pages) == 3
    assert len({code for page in pages for code in page}) == sum(map(len, pages)) == COUNTS[name]


def test_a_box_holds_what_meets_it_in_every_crs(client: FlaskClient) -> None:
    whole = read(client, "/collections/grids/items", limit=10_000, tier="SUB")
    box = shapely.box(*BOX)
    meeting = {
        one["id"] for one in whole["features"] if shapely.intersects(shapely.from_geojson(_text(one["geometry"])), box)
    }
    assert 0 < len(meeting) < whole["numberMatched"]
    west, south, east, north = BOX
    asked = {"limit": 10_000, "tier": "SUB"}
    assert (
        set(codes(read(client, "/collections/grids/items", bbox=f"{west},{south},{east},{north}", **asked))) == meeting
    )
    other = read(
        client, "/collections/grids/items", bbox=f"{south},{west},{north},{east}", bbox_crs=f"{EPSG}4326", **asked
    )
    assert set(codes(other)) == meeting
    heights = read(client, "/collections/grids/items", bbox=f"{west},{south},-9,{east},{north},9", **asked)
    assert set(codes(heights)) == meeting


def test_the_county_s_own_crs_is_exact_and_north_comes_first(client: FlaskClient) -> None:
    own = read(client, "/collections/households/items", limit=200, crs=f"{EPSG}4546")
    degrees = read(client, "/collections/households/items", limit=200)
    turned = read(client, "/collections/households/items", limit=200, crs=f"{EPSG}4326")
    north_east = np.array([one["geometry"]["coordinates"] for one in own["features"]])
    lon_lat = np.array([one["geometry"]["coordinates"] for one in degrees["features"]])
    assert np.array_equal(north_east * 1024, np.round(north_east * 1024))
    east, north = Transformer.from_crs(4326, 4546, always_xy=True).transform(lon_lat[:, 0], lon_lat[:, 1])
    assert np.abs(np.column_stack([north, east]) - north_east).max() < 0.001
    assert [one["geometry"]["coordinates"][::-1] for one in turned["features"]] == lon_lat.tolist()


def test_a_feature_is_what_its_collection_shows_of_it(client: FlaskClient) -> None:
    for chosen in COLLECTIONS:
        for listed in read(client, f"/collections/{chosen.name}/items", limit=1)["features"]:
            alone = read(client, f"/collections/{chosen.name}/items/{listed['id']}")
            assert {key: alone[key] for key in listed} == listed
            assert set(listed["properties"]) == {one.name for one in chosen.properties}
    answer = client.get("/ogc/collections/grids/items/none", query_string={"crs": f"{EPSG}4546"})
    assert answer.status_code == 404
    assert client.get("/ogc/collections/none").status_code == 404


def test_features_are_chosen_by_what_they_tell(client: FlaskClient) -> None:
    sub = read(client, "/collections/grids/items", tier="SUB", limit=1)["features"][0]
    below = read(client, "/collections/grids/items", parent=sub["id"], limit=100)
    assert below["numberMatched"] > 0
    assert {one["properties"]["parent"] for one in below["features"]} == {sub["id"]}
    assert read(client, "/collections/risk-sites/items", kind="NONE")["numberMatched"] == 0


def test_grids_are_told_of_the_time_asked_for(client: FlaskClient) -> None:
    now = read(client, "/collections/grids/items", limit=1)["features"][0]
    begun = now["properties"]["since"]
    assert codes(read(client, "/collections/grids/items", limit=1, datetime=begun)) == [now["id"]]
    assert read(client, "/collections/grids/items", datetime="2001-01-01T00:00:00Z")["numberMatched"] == 0
    assert read(client, "/collections/grids/items", datetime="../2001-01-01T00:00:00Z")["numberMatched"] == 0
    assert (
        read(client, "/collections/grids/items", datetime="2001-01-01T00:00:00Z/..", limit=1)["numberMatched"] == 2575
    )
    # What has no dates of its own is there at any time, as the standard wants.
    assert read(client, "/collections/facilities/items", datetime="2001-01-01T00:00:00Z")["numberMatched"] == 190


@pytest.mark.parametrize(
    "asked",
    [
        "limit=0",
        "limit=ten",
        "bbox=1,2,3",
        "bbox=1,2,3,nan",
        "bbox=1,2,3,1e999",
        "bbox=111,36,112,35",
        "bbox=4000000,600000,3900000,500000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4546",
        "bbox-crs=nowhere&bbox=1,2,3,4",
        "crs=http://www.opengis.net/def/crs/EPSG/0/2",
        "datetime=yesterday",
        "datetime=2026-13-01T00:00:00Z",
        "datetime=../..",
        "datetime=2026-01-02T00:00:00Z/2026-01-01T00:00:00Z",
        "colour=red",
        "f=xml",
    ],
)
def test_what_cannot_be_read_is_refused_with_the_parameter_to_mend(client: FlaskClient, asked: str) -> None:
    told = refused(client, f"/collections/grids/items?{asked}")
    assert told["description"] == told["detail"] != ""


def test_the_whole_world_the_antimeridian_and_a_point_are_boxes_too(client: FlaskClient) -> None:
    assert read(client, "/collections/grids/items", bbox="-180,-90,180,90", limit=1)["numberMatched"] == 2575
    assert read(client, "/collections/grids/items", bbox="170,-90,120,90", limit=1)["numberMatched"] == 2575
    assert read(client, "/collections/grids/items", bbox="170,-10,-170,10")["numberMatched"] == 0
    home = read(client, "/collections/households/items", limit=1)["features"][0]["geometry"]["coordinates"]
    point = ",".join(map(str, [*home, *home]))
    assert 1 <= read(client, "/collections/grids/items", bbox=point, limit=1)["numberMatched"] <= 8
    assert read(client, "/collections/risk-sites/items", limit=999_999)["numberReturned"] == 640


def test_who_has_a_township_reads_a_township(client: FlaskClient) -> None:
    reader = signed_in(client, "TOWNSHIP")
    everything = {name: read(reader, f"/collections/{name}/items", limit=1)["numberMatched"] for name in COUNTS}
    assert all(0 < everything[name] < COUNTS[name] for name in ("grids", "households", "risk-sites")), everything


#: Reads as QGIS does, with GDAL's own client; in a process of its own, for it keeps the interpreter to itself.
GDAL = """
import json, sys, pyogrio, shapely
source = f"OAPIF:{sys.argv[1]}/ogc/"
frame = pyogrio.read_dataframe(source, layer="facilities", PAGE_SIZE="50")
print(json.dumps({
    "layers": sorted(map(str, pyogrio.list_layers(source)[:, 0])),
    "rows": len(frame),
    "inside": bool(shapely.within(frame.to_crs(4326).geometry.to_numpy(), shapely.box(110, 35, 112, 37)).all()),
}))
"""


def test_gdal_reads_the_same_facilities_page_by_page(served: str) -> None:
    done = subprocess.run([sys.executable, "-c", GDAL, served], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    names = sorted(one.name for one in COLLECTIONS)
    assert json.loads(done.stdout) == {"layers": names, "rows": 190, "inside": True}


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application at an address of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def _text(geometry: dict[str, Any]) -> str:
    return str(shapely.to_geojson(shapely.geometry.shape(geometry)))
