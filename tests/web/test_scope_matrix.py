"""Every address with what is one's own, another's and nobody's: the same answer for another's as for nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.routing import Rule

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, transaction
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from geo_grid.vocabulary import Action
from tests import databases
from tests.web.accounts import signed_in
from web.access import needed
from web.app import create_app

#: Stands in the other township alone: as an address, a name, a phone and a note.
CANARY = "19955500777"
SCOPED = ("TOWNSHIP", "GRID_WORKER")
#: Query words that lead to what lies elsewhere, for addresses that take them.
WORDS = "?q={canary}&under={grid}&parent={grid}&tier=MICRO&code={grid}&codes={grid}&grid={grid}&worker={worker}"
#: What is asked for in a tile is a place, and its address says nothing of anybody.
PLACES = "/tiles/<int:version>/<int:z>/<int:x>/<int:y>.mvt"


@dataclass(frozen=True)
class Things:
    """What addresses can name in one township, or nowhere."""

    grid: str
    household: int
    worker: str
    site: str
    draft: int
    rule: str = "every_household_has_a_contact"

    def of(self, rule: Rule, name: str) -> str | int | None:
        """What fills a variable part of an address; None for one that names nothing of a place."""
        path = rule.rule
        if name in {"draft_id", "number"} and "household" not in path and name == "draft_id":
            return self.draft
        if name == "number" and "/households/" in path:
            return self.household
        if name == "name" and path.startswith("/ogc/"):
            return "grids"
        if name == "code":
            for part, found in (("worker", self.worker), ("site", self.site), ("coverage", self.rule)):
                if part in path:
                    return found
            return self.grid
        return None


@pytest.fixture(scope="module")
def county(cluster: Cluster) -> Iterator[Settings]:
    """The sample county with the canary in a township that no demo account looks after."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        with engine(settings, DbRole.ADMIN).connect() as conn:
            conn.exec_driver_sql("SET search_path = geo_grid, public")
            theirs = things(conn, own=False)
        with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("test", "edit")) as conn:
            conn.exec_driver_sql(
                "UPDATE households SET address = %s, phone = %s WHERE id = %s", (CANARY, CANARY, theirs.household)
            )
            conn.exec_driver_sql(
                "UPDATE workers SET name = %s, phone = %s WHERE code = %s", (CANARY, CANARY, theirs.worker)
            )
            conn.exec_driver_sql(
                "UPDATE risk_sites SET name = %s, note = %s WHERE code = %s", (CANARY, CANARY, theirs.site)
            )
            conn.exec_driver_sql(
                "INSERT INTO redraws (name, author, shared, base_version, footprint)"
                " VALUES (%s, 'demo.planner', true, 1, jsonb_build_object(CAST(%s AS text), 'x'))",
                (CANARY, theirs.grid),
            )
        yield settings


def things(conn: Connection, *, own: bool) -> Things:
    """Something of each kind inside the township of demo.township, or wholly inside another one."""
    first = conn.exec_driver_sql(
        "SELECT g.id FROM grids g WHERE g.tier = 'TOTAL' ORDER BY g.code OFFSET %s LIMIT 1", (0 if own else 3,)
    ).scalar_one()
    below = conn.exec_driver_sql("SELECT geo_grid.subtrees_of(ARRAY[CAST(%s AS bigint)])", (first,)).scalar_one()
    household, code = conn.exec_driver_sql(
        "SELECT h.id, g.code FROM households h JOIN grids g ON g.id = h.grid_id WHERE g.id = ANY (%s)"
        " AND g.tier = 'MICRO' ORDER BY h.id LIMIT 1",
        (below,),
    ).one()
    worker = conn.exec_driver_sql(
        "SELECT w.code FROM workers w JOIN assignments a ON a.worker_id = w.id JOIN posts p ON p.id = a.post_id"
        " GROUP BY w.code, w.id HAVING bool_and(p.grid_id = ANY (%s)) AND NOT EXISTS (SELECT FROM households h"
        " WHERE h.contact_id = w.id AND h.grid_id <> ALL (%s)) ORDER BY 1 LIMIT 1",
        (below, below),
    ).scalar_one()
    site = conn.exec_driver_sql(
        "SELECT s.code FROM risk_sites s JOIN grid_versions v ON v.grid_id = %s AND upper_inf(v.valid)"
        " WHERE ST_ContainsProperly(v.geom, s.geom) ORDER BY 1 LIMIT 1",
        (first,),
    ).scalar_one()
    return Things(code, household, worker, site, 1)


@pytest.fixture(scope="module")
def app(county: Settings, shelf: None) -> Flask:
    """The application; forms need no token, so that rights alone decide."""
    return create_app(county)


@pytest.fixture(scope="module")
def browsers(app: Flask) -> dict[str, FlaskClient]:
    """A signed-in browser for each role with a subtree, and an administrator's."""
    signed = {role: signed_in(app.test_client(), role) for role in (*SCOPED, "ADMINISTRATOR")}
    app.config["WTF_CSRF_ENABLED"] = False
    return signed


@pytest.fixture(scope="module")
def theirs(county: Settings) -> Things:
    with engine(county, DbRole.ADMIN).connect() as conn:
        conn.exec_driver_sql("SET search_path = geo_grid, public")
        return things(conn, own=False)


@pytest.fixture(scope="module")
def mine(county: Settings) -> Things:
    with engine(county, DbRole.ADMIN).connect() as conn:
        conn.exec_driver_sql("SET search_path = geo_grid, public")
        return things(conn, own=True)


NOBODYS = Things("nowhere", 999_999_999, "nobody", "nothing", 999_999_999)


def addresses(app: Flask, what: Things, *, named: bool) -> Iterator[tuple[Rule, str, str]]:
    """Every address with every method, filled with `what`; only those that name a thing, or only the others."""
    for rule in app.url_map.iter_rules():
        if needed(app.view_functions[rule.endpoint]) in {Action.OPEN, Action.OWN_ACCOUNT} or rule.rule == PLACES:
            continue
        filled = {name: what.of(rule, name) for name in rule.arguments}
        names_a_thing = any(value is not None and value != what.rule for value in filled.values())
        if names_a_thing is not named:
            continue
        values = {name: _other(rule, name) if value is None else value for name, value in filled.items()}
        with app.test_request_context():
            built = rule.build(values)
        assert built is not None, rule.rule
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, str(built[1])


def _other(rule: Rule, name: str) -> str | int:
    """What fills a part of an address that names nothing of a place."""
    return 1 if type(rule._converters[name]).__name__ == "IntegerConverter" else "csv" if name == "ending" else "submit"


@pytest.mark.parametrize("role", SCOPED)
def test_what_is_anothers_is_answered_like_what_is_nobodys(
    app: Flask, browsers: dict[str, FlaskClient], theirs: Things, role: str
) -> None:
    wrong = []
    absent = {(rule.rule, method): path for rule, method, path in addresses(app, NOBODYS, named=True)}
    for rule, method, path in addresses(app, theirs, named=True):
        found = browsers[role].open(path, method=method)
        missed = browsers[role].open(absent[rule.rule, method], method=method)
        if found.status_code != missed.status_code or found.status_code >= 500 or CANARY in found.text:
            wrong.append(f"{method} {rule.rule}: {found.status_code} for another's, {missed.status_code} for nobody's")
    assert wrong == []


@pytest.mark.parametrize("role", SCOPED)
def test_the_canary_is_seen_nowhere(app: Flask, browsers: dict[str, FlaskClient], theirs: Things, role: str) -> None:
    """On every address that names nothing, asked with words that lead there."""
    seen = []
    words = WORDS.format(canary=CANARY, grid=theirs.grid, worker=theirs.worker)
    for _, method, path in addresses(app, theirs, named=False):
        if method == "GET":
            for asked in (path, path + words):
                answer = browsers[role].get(asked)
                if (
                    CANARY.encode() in answer.data.replace(words.encode(), b"")
                    and f'value="{CANARY}"' not in answer.text
                ):
                    seen.append(asked)
                assert answer.status_code < 500, asked
    assert seen == []


def test_the_administrator_does_see_the_canary(browsers: dict[str, FlaskClient], theirs: Things) -> None:
    """Else looking for it would prove nothing."""
    client = browsers["ADMINISTRATOR"]
    assert CANARY in client.get(f"/panel/households/{theirs.household}").text
    assert CANARY in client.get(f"/workers/{theirs.worker}").text
    assert CANARY in client.get(f"/panel/risk-sites/{theirs.site}").text
    assert CANARY in client.get("/redraws").text
    assert CANARY in client.get(f"/api/search?q={CANARY}").text


#: Addresses that want more than a thing: a successor, a draft, a zone, of which the sample has none; and papers, which
#: take long to set.
WANTS_MORE = ("/hand-over", "<int:draft_id>", "hazard-zones", ".pdf")


def test_what_is_ones_own_is_answered(app: Flask, browsers: dict[str, FlaskClient], mine: Things) -> None:
    answered = {
        rule.rule: browsers["TOWNSHIP"].get(path).status_code
        for rule, method, path in addresses(app, mine, named=True)
        if method == "GET" and not any(part in rule.rule for part in WANTS_MORE)
    }
    assert {path: status for path, status in answered.items() if status not in {200, 303, 400, 403}} == {}
    assert sum(status == 200 for status in answered.values()) >= 5


@pytest.mark.parametrize("role", SCOPED)
def test_the_figures_of_a_subtree_agree_with_one_another(browsers: dict[str, FlaskClient], role: str) -> None:
    client = browsers[role]
    tree = client.get("/api/overview").json["tree"]
    roots = client.get("/api/tree").json["grids"]
    (root,) = roots
    grid = client.get(f"/api/grids/{root['code']}").json
    assert tree["households"] == root["households"] == grid["households"] > 0
    assert tree["contacted"] == grid["contacted"]
    assert (
        sum(tree["risk_sites"][place]["sites"] for place in range(len(tree["risk_sites"]))) == grid["risk_site_count"]
    )
    assert tree["facilities"] == grid["facility_count"]
    covered = client.get("/api/coverage/every_household_has_a_contact").json["figures"]
    assert covered["covered"] + covered["overloaded"] == tree["contacted"]
    assert tree["households"] < browsers["ADMINISTRATOR"].get("/api/overview").json["tree"]["households"]


def test_a_tile_kept_for_one_is_never_given_to_another(browsers: dict[str, FlaskClient]) -> None:
    version = browsers["ADMINISTRATOR"].get("/api/version").json["version"]
    bounds = browsers["TOWNSHIP"].get("/api/overview").json["tree"]["bounds"]
    x, y = tile_of((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, 10)
    asked = f"/tiles/{version}/10/{x}/{y}.mvt"
    bodies = [browsers[role].get(asked) for role in ("ADMINISTRATOR", *SCOPED, "ADMINISTRATOR", *SCOPED)]
    assert [one.status_code for one in bodies] == [200] * 6
    assert [one.data for one in bodies[:3]] == [one.data for one in bodies[3:]]
    assert len({one.data for one in bodies}) == len({one.headers["ETag"] for one in bodies}) == 3


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The tile that a place lies in."""
    from math import asinh, pi, radians, tan

    wide = 2**z
    return int((lon + 180) / 360 * wide), int((1 - asinh(tan(radians(lat))) / pi) / 2 * wide)
