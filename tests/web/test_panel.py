"""The parts that the page fetches: panel and tree."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

CITY = "990125100"


def codes(html: str) -> list[str]:
    return re.findall(r'data-code="([^"]+)"', html)


def test_the_tree_starts_with_the_widest_tier(client: FlaskClient) -> None:
    assert len(codes(client.get("/panel/tree").text)) == 6


def test_a_branch_holds_the_grids_under_its_parent(client: FlaskClient) -> None:
    found = codes(client.get(f"/panel/tree?parent={CITY}").text)
    assert found
    assert all(code.startswith(CITY) for code in found)


def test_every_tier_down_to_a_leaf_has_a_panel(client: FlaskClient) -> None:
    seen, parent = [], ""
    while True:
        found = codes(client.get("/panel/tree", query_string={"parent": parent}).text)
        if not found:
            break
        parent = found[-1]
        html = client.get(f"/panel/grids/{parent}").text
        assert parent in html
        seen.append(re.search(r"tier-badge tier-(\w+)", html)[1])  # type: ignore[index]
    assert seen[0] == "total"
    assert seen[-1] in {"micro", "special"}


def test_a_panel_shows_phones_masked_only(client: FlaskClient) -> None:
    html = client.get(f"/panel/grids/{CITY}").text
    assert re.search(r"1\d\d\*{4}\d{4}", html)
    assert not re.search(r"(?<!\d)1\d{10}(?!\d)", html)


def test_a_household_and_a_risk_site_have_a_panel(client: FlaskClient) -> None:
    hits = client.get("/api/search?q=990125100001-H0001").json["hits"]  # type: ignore[index]
    household = next(hit for hit in hits if hit["kind"] == "household")
    assert household["code"] in client.get(f"/panel/households/{household['id']}").text
    grid = client.get(f"/api/grids/{CITY}").json
    site = grid["risk_sites"][0]  # type: ignore[index]
    assert site["name"] in client.get(f"/panel/risk-sites/{site['code']}").text


def test_an_unknown_panel_is_a_part_and_not_a_whole_page(client: FlaskClient) -> None:
    answer = client.get("/panel/grids/none")
    assert answer.status_code == 404
    assert "<html" not in answer.text
