"""The map page as HTML: what stands in it before any script runs."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

CITY = "990125100"


def data_of(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


def test_the_map_page_shows_the_counts_of_every_tier(client: FlaskClient) -> None:
    html = client.get("/").text
    for count in ("79", "38", "380", "1,846", "226", "28,500"):
        assert f'<span class="count">{count}</span>' in html


def test_the_page_tells_its_scripts_the_version_of_the_data(client: FlaskClient, version: int) -> None:
    assert data_of(client.get("/").text)["version"] == version


def test_a_grid_has_a_page_that_reads_without_scripts(client: FlaskClient) -> None:
    html = client.get(f"/grids/{CITY}").text
    panel = html[html.index('<aside class="panel"') :]
    assert CITY in panel
    assert "总网格" in panel
    assert "联系覆盖" in panel


def test_the_address_with_a_query_leads_to_the_grids_own_address(client: FlaskClient) -> None:
    answer = client.get(f"/?grid={CITY}")
    assert answer.status_code == 302
    assert answer.location == f"/grids/{CITY}"


def test_an_unknown_grid_is_a_page_with_404(client: FlaskClient) -> None:
    answer = client.get("/grids/990125999")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "990125999" in answer.text


def test_an_empty_database_says_how_to_import(empty: FlaskClient) -> None:
    html = empty.get("/").text
    assert "还没有导入网格" in html
    assert "geo-grid import" in html


def test_the_page_is_small_over_the_wire(client: FlaskClient) -> None:
    html = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert html.content_encoding == "gzip"
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text))
    files = [client.get(address, headers={"Accept-Encoding": "gzip"}) for address in addresses]
    assert all(file.status_code == 200 for file in files)
    assert len(html.data) + sum(len(file.data) for file in files) <= 150_000


def test_no_asset_comes_from_another_host(client: FlaskClient) -> None:
    assert not re.findall(r'(?:href|src)="(?:https?:)?//', client.get("/").text)


def test_no_element_carries_a_style_attribute(client: FlaskClient) -> None:
    for path in ("/", f"/grids/{CITY}", f"/panel/grids/{CITY}", "/grids/none"):
        assert not re.findall(r"<[^>]+\sstyle=", client.get(path).text)
