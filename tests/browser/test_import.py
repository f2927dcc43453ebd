"""A whole import through the wizard: a faulty file, its findings on the map, repairs, loading, undo."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Browser, Page, expect

from geo_grid.cli.demo import mark_as_demo
from geo_grid.cluster import Cluster
from geo_grid.intake import load
from geo_grid.settings import Settings
from tests import databases
from tests.browser.conftest import WIDE, Watched, serving, visiting
from tests.browser.test_hostile_names import PAYLOADS, WORKED_OUT
from tests.intake import town

WORKER = """
import sys
from geo_grid.jobs import TASKS, work
from geo_grid.settings import Settings
work(Settings(database_url=sys.argv[1], home=sys.argv[2]), TASKS)
"""


@pytest.fixture(scope="module")
def town_server(cluster: Cluster, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small town, with a worker beside the server."""
    folder = tmp_path_factory.mktemp("town")
    with databases.clone(cluster, databases.empty_template(cluster)) as cloned:
        settings: Settings = cloned.model_copy(update={"home": folder / "home"})
        files = [
            town.write(town.grids(), folder, "grids", "gpkg"),
            town.write(town.households(), folder, "households", "gpkg"),
        ]
        load(settings, files)
        mark_as_demo(settings)
        worker = subprocess.Popen([sys.executable, "-c", WORKER, str(settings.database_url), str(settings.home)])
        try:
            with serving(settings) as address:
                yield address
        finally:
            worker.kill()
            worker.wait()


@pytest.fixture
def desk(chromium: Browser, town_server: str) -> Iterator[Watched]:
    """The town at 1440 × 900, GIS staff signed in; nothing may go wrong while it is open."""
    for seen in visiting(chromium, town_server, viewport=WIDE):
        seen.sign_in("GIS_STAFF")
        yield seen


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """The town's grids with B drawn two metres into A and over the gap that it leaves."""
    frame = town.grids()
    moved = shapely.transform(town.box_of("B"), lambda at: at - [2.0, 0.0])
    return town.write(town.changed(frame, town.B, geometry=moved), tmp_path, "错误", "shp")


def over(page: Page) -> None:
    """Wait until the work on the import is over and its page is ready."""
    expect(page.locator('#content[data-waits="no"]')).to_be_attached(timeout=60_000)
    page.wait_for_selector("html[data-ready]", state="attached")


def begun(desk: Watched, file: Path) -> Page:
    """The findings of a file that was sent, looked at and taken as it shows itself."""
    page = found(desk, file)
    to_fields(page)
    to_findings(page)
    return page


def found(desk: Watched, file: Path) -> Page:
    """What was found in a file that was sent and looked at."""
    page = desk.open("/import")
    page.set_input_files("[data-files]", str(file))
    page.wait_for_url("**/files")
    page.locator("form[action$='/look'] button").click()
    page.wait_for_url("**/found")
    over(page)
    return page


def to_fields(page: Page) -> None:
    """On from what was found to the fields."""
    page.locator("a.button.primary").click()
    page.wait_for_url("**/fields")


def to_findings(page: Page) -> None:
    """On from the fields, taken as they are, to the findings."""
    page.locator("button.button.primary").click()
    page.wait_for_url("**/findings")
    over(page)


def test_a_difference_between_tiers_is_settled_for_the_wider_grids(desk: Watched, tmp_path: Path) -> None:
    drawn_off = shapely.affinity.translate(town.box_of("B"), 6.0)
    frame = town.changed(town.grids(), town.B, geometry=drawn_off)
    page = begun(desk, town.write(frame, tmp_path, "grids", "gpkg"))
    page.locator("a.button.primary").click()
    page.wait_for_url("**/repairs")
    answer = page.locator("select[name='answer.tier']")
    told = page.locator("[data-repair]").all_inner_texts()
    answer.select_option("parent")
    page.locator("[data-all='yes']").click()
    page.locator("button[type=submit].primary").click()
    over(page)
    expect(answer).to_have_value("parent")
    assert page.locator("[data-repair]").all_inner_texts() != told
    # What is left to repair is other than before, and wants to be accepted in its turn.
    page.locator("[data-all='yes']").click()
    page.locator("[data-repairs] .next button[type=submit]").click()
    over(page)
    expect(page.locator("a.button.primary[href$='/changes']")).to_be_visible()


def test_what_a_tick_retires_an_undo_brings_back(desk: Watched, tmp_path: Path) -> None:
    page = begun(desk, town.write(town.households()[:3], tmp_path, "households", "gpkg"))
    page.goto(page.url.replace("/findings", "/changes"))
    over(page)
    page.locator("[data-missing] .check input[value^='households']").first.check()
    page.locator("[data-missing] button[type=submit]").click()
    over(page)
    expect(page.locator("[data-missing] .chip.bad")).to_contain_text("1")
    page.locator("a.button.primary").click()
    page.wait_for_url("**/load")
    page.locator("form[action$='/load'] button").click()
    over(page)
    expect(page.locator(".outcome-icon.loaded")).to_be_visible()
    page.locator("form[action$='/undo'] button").click()
    over(page)
    expect(page.locator(".outcome-icon.undone")).to_be_visible()


def test_a_faulty_file_is_repaired_loaded_and_undone(desk: Watched, faulty: Path) -> None:
    page = found(desk, faulty)
    expect(page.locator("[data-layer]")).to_have_count(1)
    assert page.evaluate("importMap.getZoom()") > 10
    to_fields(page)
    expect(page.locator('[data-column="code"]').first).to_have_value("网格编码")
    to_findings(page)
    first = page.locator("[data-finding]").first
    first.click()
    expect(first).to_have_attribute("aria-current", "true")
    page.locator("a.button.primary").click()
    page.wait_for_url("**/repairs")
    page.locator("[data-all='yes']").click()
    page.locator("button[type=submit].primary").click()
    over(page)
    page.locator("a.button.primary").click()
    page.wait_for_url("**/changes")
    page.locator("a.button.primary").click()
    page.wait_for_url("**/load")
    page.locator("form[action$='/load'] button").click()
    over(page)
    expect(page.locator(".outcome-icon.loaded")).to_be_visible()
    page.locator("form[action$='/undo'] button").click()
    over(page)
    expect(page.locator(".outcome-icon.undone")).to_be_visible()


def test_a_file_of_another_kind_is_refused_in_place(desk: Watched, tmp_path: Path) -> None:
    bad = tmp_path / "网格.vrt"
    bad.write_text("<OGRVRTDataSource/>")
    page = desk.open("/import")
    page.set_input_files("[data-files]", str(bad))
    expect(page.locator(".upload.is-bad")).to_contain_text(".vrt")
    desk.wrongs[:] = [wrong for wrong in desk.wrongs if "400" not in wrong]


def test_the_wizard_has_no_barrier_that_axe_knows(desk: Watched, axe: str, faulty: Path) -> None:
    page = desk.open("/import")
    page.set_input_files("[data-files]", str(faulty))
    page.wait_for_url("**/files")
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].target))")
    assert found == []


def test_no_name_in_a_file_ever_runs(desk: Watched, tmp_path: Path) -> None:
    frame = town.grids()
    frame["网格名称"] = [PAYLOADS[place % len(PAYLOADS)] for place in range(len(frame))]
    for payload in PAYLOADS[:4]:
        frame[payload] = payload
    file = town.write(frame, tmp_path, "<img src=x onerror=alert(0)>", "geojson")
    page = begun(desk, file)
    assert "onerror=alert" in page.locator("main").inner_text()
    for step in ("files", "found", "fields", "repairs", "changes", "load"):
        desk.open(page.url.removeprefix(desk.address).rpartition("/")[0] + f"/{step}")
        over(page)
        assert WORKED_OUT not in page.content(), step
    assert "onerror=alert" in desk.open("/import").locator("main").inner_text()
