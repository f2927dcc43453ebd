"""The OpenAPI document: every address under /api and /ogc with what it takes, what it asks for and what it answers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from geo_grid.vocabulary import Action
from web.access import needed
from web.api.description.declared import Given, Taking, taken
from web.api.description.parts import ERROR, REFUSAL, parts
from web.api.description.schemas import Schemas, move_schema, move_schemas

PREFIXES = ("/api/", "/ogc/")
_VARIABLE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_SAYS = {
    400: "What was given cannot be read: `detail` names the key or parameter to mend.",
    401: "Nobody is signed in.",
    403: "The account may not do this, or not there.",
    404: "There is no such thing, or none that the account may see.",
    409: "It was changed meanwhile: look again, then repeat.",
    422: "It would break a rule: `refusal` says why, which grids it is about, and where.",
    413: "It is too large.",
    503: "The database does not answer; repeat after the seconds of `Retry-After`.",
}
_ABOUT = """
The same answers as the pages, for programs. Sentences are in the language of `?lang=en` or `?lang=zh_CN`, or of the
language cookie. Sign in: `GET /api/session` for the token of a session, `POST /sign-in` with `csrf_token`, `username`
and `password` as a form, then `GET /api/session` again; whatever writes carries that token in the header `X-CSRFToken`.
Coordinates are [longitude, latitude] in WGS 84 with nine decimals.
"""


def description(app: Flask) -> dict[str, Any]:
    """The description of every address of `app` under /api and /ogc, in OpenAPI 3.1."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for rule, method in _addresses(app):
        path = _VARIABLE.sub(r"{\2}", rule.rule)
        paths.setdefault(path, {})[method.lower()] = _operation(app, rule, method, schemas)
    known = {**parts(schemas), "Move": move_schema(), **move_schemas(schemas)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "geo_grid", "version": version("geo_grid"), "description": " ".join(_ABOUT.split())},
        "servers": [{"url": "/"}],
        "security": [{"session": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted({**schemas.found, **known}.items())),
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "geo_grid_session"}},
        },
    }


def _addresses(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address under /api and /ogc with every method it takes."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIXES):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def _operation(app: Flask, rule: Rule, method: str, schemas: Schemas) -> dict[str, Any]:
    """One method of one address."""
    view = app.view_functions[rule.endpoint]
    taking, action = taken(view), needed(view)
    says = inspect.cleandoc(view.__doc__ or "")
    found: dict[str, Any] = {
        "operationId": f"{rule.endpoint.removeprefix('api.').replace('.', '_')}_{method.lower()}",
        "summary": says.split("\n", 1)[0],
        "tags": [_tag(rule)],
        "parameters": [*_in_path(rule), *_in_query(taking), *([] if method == "GET" else [_token()])],
        "responses": _responses(taking, action, method, schemas),
    }
    if more := " ".join(says.split("\n")[1:]).strip():
        found["description"] = more
    if action is not None:
        found["x-action"] = action.code
    if action is Action.OPEN:
        found["security"] = []
    if taking.body:
        found["requestBody"] = _body(taking)
    return found


def _tag(rule: Rule) -> str:
    """What an address is listed under: its noun, or the standard it keeps."""
    if not rule.rule.startswith("/api/"):
        return rule.rule.split("/", 2)[1]
    return rule.rule.removeprefix("/api/").split("/", 1)[0].split(".", 1)[0]


def _in_path(rule: Rule) -> Iterator[dict[str, Any]]:
    """The variable parts of an address."""
    for converter, name in _VARIABLE.findall(rule.rule):
        schema = {"type": "integer", "minimum": 0} if converter == "int" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(taking: Taking) -> Iterator[dict[str, Any]]:
    """The parameters behind the question mark."""
    for name, one in taking.query.items():
        yield {
            "name": name,
            "in": "query",
            "required": one.is_required,
            "description": one.meaning,
            "schema": dict(one.schema),
        }


def _token() -> dict[str, Any]:
    """The header that whatever writes carries."""
    meaning = "the `csrf_token` of GET /api/session"
    return {
        "name": "X-CSRFToken",
        "in": "header",
        "required": True,
        "description": meaning,
        "schema": {"type": "string"},
    }


def _body(taking: Taking) -> dict[str, Any]:
    """The request's JSON, or the form with a file."""
    needs = [name for name, one in taking.body.items() if one.is_required]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _described(one) for name, one in taking.body.items()},
    }
    if needs:
        schema["required"] = needs
    kind = "multipart/form-data" if taking.is_upload else "application/json"
    return {"required": bool(needs), "content": {kind: {"schema": schema}}}


def _described(one: Given) -> dict[str, Any]:
    """The schema of a key with its meaning."""
    return {**one.schema, "description": one.meaning}


def _responses(taking: Taking, action: Action | None, method: str, schemas: Schemas) -> dict[str, Any]:
    """What may come back, by status."""
    answer = {"type": "object"} if taking.answer is None else schemas.of(taking.answer)
    found: dict[str, Any] = {
        str(taking.status): {"description": "Done.", "content": {taking.media: {"schema": answer}}}
    }
    statuses = {400, 503, *taking.refuses} | ({401, 403} if action is not Action.OPEN else set())
    for status in sorted(statuses):
        error = REFUSAL if status in {409, 422} and method != "GET" else ERROR
        found[str(status)] = {"description": _SAYS[status], "content": {"application/json": {"schema": error}}}
    return dict(sorted(found.items()))
