"""A real map through every step of the wizard: GBK texts, eastings behind their zone, tiers that do not quite nest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from geo_grid.cli.demo import mark_as_demo
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, dispose_engines, engine, upgrade
from geo_grid.settings import Settings
from tests import databases
from tests.browser.conftest import WIDE, Watched, serving, visiting
from tests.browser.test_import import WORKER

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "1_taiwan_nested"
FILES = [REAL / f"nantou_gbk_cgcs2000_gk40_{tier}.zip" for tier in ("counties", "towns", "villages")]
#: Of each file: its rows, its tier, and the columns of code, name and parent.
LAYERS = {
    "counties": (1, "TOTAL", ("COUNTYCODE", "COUNTYNAME", "")),
    "towns": (13, "SUB", ("TOWNCODE", "TOWNNAME", "COUNTYCODE")),
    "villages": (262, "GROUP", ("VILLCODE", "VILLNAME", "TOWNCODE")),
}
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real maps are not beside this checkout"),
]


@pytest.fixture
def empty_net(cluster: Cluster, tmp_path: Path) -> Iterator[Settings]:
    """Settings of an empty net in CGCS2000 without the zone's number."""
    name = f"test_{os.getpid()}_wizard"
    place = databases.settings_for(cluster, name)
    settings = Settings(database_url=place.database_url, home=tmp_path / "home", srid=4549)
    with databases._maintenance(cluster) as conn:
        conn.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        upgrade(settings)
        mark_as_demo(settings)
        yield settings
    finally:
        dispose_engines(settings)
        with databases._maintenance(cluster) as conn:
            conn.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def desk(chromium: Browser, empty_net: Settings) -> Iterator[Watched]:
    """GIS staff before the empty net, with a worker; nothing may go wrong while the page is open."""
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(empty_net.database_url), str(empty_net.home)])
    try:
        with serving(empty_net) as address:
            for seen in visiting(chromium, address, viewport=WIDE):
                seen.sign_in("GIS_STAFF")
                yield seen
    finally:
        worker.kill()
        worker.wait()


def over(page: Page) -> None:
    """Wait until the work on the import is over and its page is ready."""
    expect(page.locator('#content[data-waits="no"]')).to_be_attached(timeout=300_000)
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator(".note.error")).to_have_count(0)


def step(page: Page, name: str, button: str) -> None:
    """Press a button, and wait until the next step and the work behind it are there."""
    page.locator(button).first.click()
    page.wait_for_url(f"**/{name}")
    over(page)


def choose_fields(page: Page) -> None:
    """Say what each layer holds."""
    for card in page.locator("[data-layer-fields]").all():
        called = card.locator("h2").inner_text().rpartition("_")[2].strip()
        _, tier, columns = LAYERS[called]
        card.locator("[data-noun]").select_option("grids")
        card.locator("[data-tier] select").select_option(tier)
        shown = card.locator('[data-for="grids"]')
        for ours, column in zip(("code", "name", "parent"), columns, strict=True):
            shown.locator(f'[data-column="{ours}"]').select_option(column)


def test_a_real_county_goes_through_every_step(desk: Watched, empty_net: Settings, tmp_path: Path) -> None:
    page = desk.open("/import")
    page.set_input_files("[data-files]", [str(file) for file in FILES])
    page.wait_for_url("**/files")
    expect(page.locator(".upload.is-bad")).to_have_count(0)
    step(page, "found", "form[action$='/look'] button")
    expect(page.locator("[data-layer]")).to_have_count(3)
    assert "GBK" in page.locator("#encoding-0 option").first.inner_text()
    assert "CGCS2000" in page.locator("#crs-0").evaluate("one => one.selectedOptions[0].text")
    step(page, "fields", "a.button.primary")
    choose_fields(page)
    step(page, "findings", "button.button.primary")
    with page.expect_download() as download:
        page.locator("a[href$='report.xlsx']").first.click()
    download.value.save_as(tmp_path / "report.xlsx")
    report_is_in_chinese(tmp_path / "report.xlsx")
    step(page, "repairs", "a.button.primary")
    assert all(is_chinese(said) for said in page.locator("[data-repair] span:nth-child(2)").all_inner_texts())
    page.locator("[data-all='yes']").click()
    step(page, "repairs", "button[type=submit].primary")
    step(page, "changes", "a.button.primary")
    expect(page.locator("#content")).to_contain_text("276")
    step(page, "load", "a.button.primary")
    step(page, "load", "form[action$='/load'] button")
    expect(page.locator(".outcome-icon.loaded")).to_be_visible()
    with engine(empty_net, DbRole.LOADER).connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM geo_grid.grid_versions")).scalar_one() == 276


def report_is_in_chinese(path: Path) -> None:
    """Every finding of a workbook has a sentence and a rule in Chinese."""
    rows = list(load_workbook(path).active.iter_rows(min_row=2, values_only=True))
    assert len(rows) > 5
    plain = [row for row in rows if not (is_chinese(row[2]) and is_chinese(row[5]))]
    assert plain == []


def is_chinese(said: str) -> bool:
    """Whether a text holds a Chinese character."""
    return any("\u4e00" <= mark <= "\u9fff" for mark in said)
