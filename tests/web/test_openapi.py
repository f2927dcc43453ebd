"""The API describes itself: every address, in valid OpenAPI, as it really answers."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from geo_grid.redraw import MOVES
from tests.web import test_redraws
from tests.web.accounts import signed_in
from tests.web.test_redraws import MERGE, MICRO, begun, post
from web.api.description import taken

changing, planner = test_redraws.changing, test_redraws.planner
VARIABLE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
#: How a view asks for what it was given: `params.text("q")`, `given.text(asked, "name")`.
ASKING = {"params": 0, "given": 1}


@pytest.fixture(scope="module")
def told(app: Flask) -> dict[str, Any]:
    """The description, as a program gets it without signing in."""
    answer = app.test_client().get("/api/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


def addresses(app: Flask) -> list[tuple[str, str, Any]]:
    """Every address under /api and /ogc: its path as OpenAPI writes it, a method, the view."""
    return [
        (VARIABLE.sub(r"{\1}", rule.rule), method.lower(), app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/", "/ogc/"))
    ]


def test_the_description_is_valid_openapi(told: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(told).validate()


def test_every_address_is_described_and_nothing_else(app: Flask, told: dict[str, Any]) -> None:
    described = {(path, method) for path, methods in told["paths"].items() for method in methods}
    assert described == {(path, method) for path, method, _ in addresses(app)}
    operations = [one for methods in told["paths"].values() for one in methods.values()]
    assert [one["operationId"] for one in operations if not one["summary"].endswith((".", ":"))] == []
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_every_address_says_who_may_use_it(told: dict[str, Any]) -> None:
    for methods in told["paths"].values():
        for one in methods.values():
            assert one["x-action"]
            assert ("401" in one["responses"]) == (one["x-action"] != "OPEN")


def asked_for(view: Any) -> set[str]:
    """The parameters and keys that a view itself asks for."""
    found = set()
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(view)))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            source = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            place = 9 if node.func.attr[0].isupper() else ASKING.get(source, 9)
            if len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(str(node.args[place].value))
    return found


def test_where_views_declare_what_they_take_they_declare_all(app: Flask) -> None:
    missing = []
    for path, method, view in addresses(app):
        declared = set(taken(view).query) | set(taken(view).body)
        missing += [(path, method, name) for name in asked_for(view) - declared]
        assert taken(view).answer is not None, path
    assert missing == []


def test_every_kind_of_move_has_a_schema(told: dict[str, Any]) -> None:
    mapping = told["components"]["schemas"]["Move"]["discriminator"]["mapping"]
    assert set(mapping) == set(MOVES)
    assert told["components"]["schemas"]["Merge"]["required"] == ["kind", "grids", "keep"]


def matches(told: dict[str, Any], path: str, method: str, answer: Any, status: int = 200) -> None:
    """The answer is of that status, which is described, and of its schema."""
    assert answer.status_code == status, (path, method, answer.text[:300])
    responses = told["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, (path, method, answer.status_code, answer.text[:200])
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    whole = {**schema, "components": told["components"]}
    wrong = list(Draft202012Validator(whole).iter_errors(answer.json))
    assert [f"{path} {method} {list(one.path)}: {one.message[:200]}" for one in wrong] == []


def test_what_is_read_answers_as_described(told: dict[str, Any], client: FlaskClient) -> None:
    reader = signed_in(client, "READER")
    asked = {
        "/api/session": "",
        "/api/version": "",
        "/api/overview": "",
        "/api/tree": "",
        "/api/grids/{code}": f"/api/grids/{MICRO}",
        "/api/search": f"/api/search?q={MICRO}",
        "/api/households/{number}": "/api/households/1",
        "/api/risk-sites/{code}": "/api/risk-sites/none",
        "/api/redraws": "",
        "/api/redraws/map-on": "/api/redraws/map-on?day=2100-01-01&box=111,36,111.01,36.01&tier=SUB",
        "/api/redraws/points": "/api/redraws/points?box=1,2,3",
        "/api/redraws/lines": "/api/redraws/lines?box=110.9,35.8,111.2,36.1",
        "/api/workload": "/api/workload?tier=SUB",
        "/api/workload/leaves": "",
        "/api/statistics": "/api/statistics?tier=SUB",
        "/api/inspections": "",
        "/api/inspections/due": "/api/inspections/due?limit=9",
        "/api/hazard-zones": "",
        "/api/hazard-zones/{code}": "/api/hazard-zones/none",
        "/api/openapi.json": "",
    }
    for path, address in asked.items():
        unknown = dict.fromkeys(("/api/risk-sites/{code}", "/api/hazard-zones/{code}"), 404)
        status = {**unknown, "/api/redraws/points": 400}.get(path, 200)
        matches(told, path, "get", reader.get(address or path), status)
    west, south, _, _ = reader.get(f"/api/grids/{MICRO}").json["bounds"]  # type: ignore[index]
    matches(told, "/api/who", "get", reader.get(f"/api/who?lon={west}&lat={south}"))


def test_a_draft_answers_as_described_from_its_first_move_to_its_end(
    told: dict[str, Any], planner: FlaskClient
) -> None:
    number = begun(planner)
    at, beside = "/api/redraws/{draft_id}", f"/api/redraws/{number}"
    matches(told, "/api/redraws", "post", post(planner, "/api/redraws", {"name": ""}), 400)
    for step in ("try", "count", "moves"):
        matches(told, f"{at}/{step}", "post", post(planner, f"{beside}/{step}", {"move": MERGE}))
    matches(told, at, "get", planner.get(beside))
    matches(told, f"{at}/moves/{{position}}", "get", planner.get(f"{beside}/moves/1"))
    matches(told, f"{at}/compare", "get", planner.get(f"{beside}/compare"))
    matches(told, f"{at}/edges", "get", planner.get(f"{beside}/edges?codes={MICRO}"))
    across = {"kind": "merge", "grids": [MICRO, "990125101201-G02-M01"], "keep": MICRO}
    for step, body, status in (("count", {"move": across}, 200), ("moves", {"move": across}, 422), ("moves", {}, 400)):
        matches(told, f"{at}/{step}", "post", post(planner, f"{beside}/{step}", body), status)
    old = {"move": MERGE, "revision": 1}
    matches(told, f"{at}/moves", "post", post(planner, f"{beside}/moves", old), 409)
    for step in ("undo-move", "redo-move", "rebase", "submit"):
        matches(told, f"{at}/{step}", "post", post(planner, f"{beside}/{step}"))
    matches(told, f"{at}/apply", "post", post(planner, f"{beside}/apply"), 403)
    for step in ("withdraw", "reopen"):
        matches(told, f"{at}/{step}", "post", post(planner, f"{beside}/{step}"))
    matches(told, at, "get", planner.get("/api/redraws/999999"), 404)


def test_grids_are_given_to_workers_as_described(told: dict[str, Any], changing: Flask) -> None:
    staff = signed_in(changing.test_client(), "ADMINISTRATOR")
    ring = [[110.9, 35.9], [110.9, 35.91], [110.91, 35.91]]
    giving = {"grids": [MICRO, "none"], "workers": ["990125W0004"], "role": "CONTACT"}
    at = "/api/assignments"
    matches(told, f"{at}/leaves", "post", post(staff, f"{at}/leaves", {"ring": ring}))
    matches(told, f"{at}/leaves", "post", post(staff, f"{at}/leaves", {"ring": "x"}), 400)
    matches(told, f"{at}/preview", "post", post(staff, f"{at}/preview", giving))
    matches(told, at, "post", post(staff, at, giving), 422)
    given = post(staff, at, {**giving, "grids": [MICRO], "replace": True})
    matches(told, at, "post", given)
    matches(told, f"{at}/{{changeset}}/undo", "post", post(staff, f"{at}/{given.json['changeset']}/undo"))


def test_an_import_answers_as_described(told: dict[str, Any], changing: Flask) -> None:
    staff = signed_in(changing.test_client(), "GIS_STAFF")
    made = post(staff, "/api/imports")
    matches(told, "/api/imports", "post", made, 201)
    at, beside = "/api/imports/{run_id}", f"/api/imports/{made.json['id']}"
    for step in ("", "/outlines", "/findings"):
        matches(told, at + step, "get", staff.get(beside + step))
    matches(told, f"{at}/cancel", "post", post(staff, f"{beside}/cancel"))
    matches(told, f"{at}/files", "post", post(staff, f"{beside}/files"), 400)
    matches(told, at, "get", staff.get("/api/imports/999999"), 404)


def test_a_program_signs_in_with_the_token_it_is_told(app: Flask) -> None:
    program = app.test_client()
    token = program.get("/api/session").json["csrf_token"]  # type: ignore[index]
    form = {"csrf_token": token, "username": "demo.planner", "password": "geo-grid-demo"}
    assert program.post("/sign-in", data=form).status_code == 303
    session = program.get("/api/session").json
    assert session is not None
    assert (session["username"], session["is_signed_in"], "DRAW" in session["may"]) == ("demo.planner", True, True)
    asked = program.post("/api/redraws", json={"name": ""}, headers={"X-CSRFToken": session["csrf_token"]})
    assert asked.json["refusal"]["kind"] == "bad_draft"
    assert program.post("/api/redraws", json={"name": "x"}).status_code == 400
