"""Texts in the database that try to run as code: none does, on whatever page, part or paper they are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.db import DbRole, engine, run
from geo_grid.errors import GeoGridError
from geo_grid.intake.clean import CleaningRules
from geo_grid.settings import Settings
from tests.browser.conftest import WIDE, Watched, serving, visiting
from web.app import create_app

pytestmark = pytest.mark.browser
#: What of a template would be seen had it been worked out.
WORKED_OUT = "13374242"
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    "{{2*6687121}}{% raise %}",
    "${alert(3)}`+alert(4)+`",
    "\"'><svg onload=alert(5)>",
    "<a href=javascript:alert(6)>x</a>",
    "</title></textarea></style><script>alert(7)</script>",
    "<iframe srcdoc='<script>parent.alert(8)</script>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(9)>",
    "%3Cscript%3Ealert(10)%3C/script%3E",
    "javascript:alert(11)//",
    "');alert(12);//",
    "<script type=module>alert(13)</script>",
]
#: Columns of words that only the program writes, and of seals.
KEPT = {"code", "db_user", "kind", "letter", "level", "password", "phone", "role", "state", "tier", "username"}
FILE = re.compile(r"\.(pdf|xlsx|csv|gpx|json)(\?|$)")
#: Pages with no link that a crawler would find, and parts that scripts fetch.
ENTRANCES = (
    *("/", "/grids/990125101", "/grids/990125101/history", "/panel/households/1", "/panel/tree", "/health"),
    *("/import/kept", "/risk-kinds", "/coverage"),
)


@pytest.fixture
def hostile(sample_clone: Settings, chromium: Browser) -> Iterator[Watched]:
    """The sample county with a draft, every text in it a payload that its constraints let in."""
    run(
        engine(sample_clone, DbRole.LOADER),
        lambda conn: redraw.create_draft(conn, Actor.system("test"), "draft", shared=True),
    )
    plant(sample_clone)
    assert poison(sample_clone) > 15
    with serving(sample_clone) as address:
        yield from visiting(chromium, address, viewport=WIDE)


def plant(settings: Settings) -> None:
    """What a county makes of its own and the sample has none of, under names that are payloads."""
    kept_map = {"name": PAYLOADS[0], "noun": "grids", "tier": None, "columns": {"code": PAYLOADS[2]}}
    planted = (
        ("INSERT INTO field_maps (name, map, actor) VALUES (:name, :map, 'x')", {"map": json.dumps(kept_map)}),
        (
            "INSERT INTO cleaning_rules (name, rules, actor) VALUES (:name, :rules, 'x')",
            {"rules": json.dumps(CleaningRules().to_json())},
        ),
        ("INSERT INTO risk_kinds (code, rank, zh, en) VALUES ('OWN', 99, :short, :name)", {"short": PAYLOADS[11]}),
        ("UPDATE risk_sites SET kind = 'OWN' WHERE id = (SELECT min(id) FROM risk_sites)", {}),
        (
            "INSERT INTO waivers (rule, grid_id, reason, by, until)"
            " SELECT min(r.code), min(g.id), :name, 'x', '2100-01-01' FROM coverage_rules r, grids g",
            {},
        ),
    )
    with engine(settings, DbRole.ADMIN).begin() as conn:
        conn.execute(text("SET LOCAL search_path = geo_grid, public"))
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        for statement, values in planted:
            assert conn.execute(text(statement), {"name": PAYLOADS[0], **values}).rowcount == 1, statement


def poison(settings: Settings) -> int:
    """The number of columns in which every text became a payload."""
    columns = text(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'geo_grid'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'text'::regtype"
        " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND NOT EXISTS (SELECT FROM pg_constraint k"
        " WHERE k.conrelid = c.oid AND k.contype <> 'c' AND a.attnum = ANY (k.conkey)) ORDER BY 1, 2"
    )
    done = 0
    with engine(settings, DbRole.ADMIN).begin() as conn:
        conn.execute(text("SET LOCAL session_replication_role = replica"))
        conn.execute(text("UPDATE geo_grid.county SET name = :name"), {"name": PAYLOADS[1]})
        for table, column in conn.execute(columns).all():
            if column in KEPT:
                continue
            changed = text(
                f"UPDATE geo_grid.{table} SET {column} ="
                f" (CAST(:payloads AS text[]))[1 + abs(hashtext({column})) % :count] WHERE {column} <> ''"
            )
            try:
                with conn.begin_nested():
                    rows = conn.execute(changed, {"payloads": PAYLOADS, "count": len(PAYLOADS)}).rowcount
            except GeoGridError:
                continue
            done += rows > 0
    return done


def test_no_text_ever_runs(hostile: Watched) -> None:
    page = hostile.open("/grids/990125101")
    assert page.locator("#panel h2").inner_text() in PAYLOADS
    assert any(page.locator(".brand strong").inner_text().startswith(payload) for payload in PAYLOADS)
    page.locator("#tab-tree").click()
    expect(page.locator("[data-tree] .node-name").first).to_be_visible()
    for word in ("alert", "2*66", "svg"):
        page.locator("#search").fill(word)
        expect(page.locator("#hits [role=option]").first).to_be_visible()
        page.locator("#hits [role=option]").first.click()
        expect(page.locator("#panel h2")).to_be_visible()
        page.wait_for_timeout(300)
    page.mouse.move(600, 500)
    page.mouse.move(620, 510)
    page.wait_for_timeout(300)
    seen = crawl(hostile, create_app().test_request_context().app)
    assert len(seen) > 25, seen
    assert {"kept_choices.overview", "kinds.overview", "coverage.rules"} <= seen, seen


def crawl(site: Watched, app: Flask) -> set[str]:
    """The endpoints of which one page was opened, reached by the links of those before."""
    site.sign_in("ADMINISTRATOR")
    waiting, seen = [urljoin(site.address, path) for path in ENTRANCES], set()
    routes = app.url_map.bind("localhost")
    while waiting:
        parts = urlsplit(waiting.pop(0))
        if f"{parts.scheme}://{parts.netloc}" != site.address or not routes.test(parts.path, "GET"):
            continue
        endpoint = routes.match(parts.path, "GET")[0]
        if endpoint in seen or endpoint == "static.file":
            continue
        seen.add(endpoint)
        waiting += opened(site.page, parts.geturl())
    return seen


def opened(page: Page, address: str) -> list[str]:
    """The links of a page that was opened; of a file that was fetched none."""
    if FILE.search(address):
        answer = page.request.get(address)
        assert answer.status == 200, address
        assert WORKED_OUT.encode() not in answer.body(), address
        assert not re.search(rb"/JavaScript|/Launch", answer.body()), address
        return []
    shown = page.goto(address, wait_until="domcontentloaded")
    assert shown is not None
    assert shown.status < 500, address
    page.wait_for_load_state("load")
    assert WORKED_OUT not in page.content(), address
    return [str(link) for link in page.evaluate("[...document.links].map(link => link.href)")]
