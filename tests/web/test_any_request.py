"""Requests of all kinds that the API's own description allows, and others: no answer is a fault of the program."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as rules
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from geo_grid.cluster import Cluster
from geo_grid.settings import Settings
from tests import databases
from tests.web.accounts import signed_in
from web.app import create_app

log = logging.getLogger(__name__)

#: How many requests one role makes; `CASES` lets more run.
CASES = int(os.environ.get("CASES", "10000"))
ROLES = ("ADMINISTRATOR", "TOWNSHIP", "READER")
#: What any address answers, whatever it is asked for: how a request was sent, not what an operation does with it.
OF_ALL = {405, 413, 415}
#: A part of an address that is empty or holds a slash is another address, which may not be there.
OTHER_ADDRESS = {404, 405}
#: What the sample has, for the names in addresses: half of the requests ask for something that is there.
KNOWN = {
    "/api/coverage/{code}": {"code": "every_household_has_a_contact"},
    "/api/grids/{code}": {"code": "990125101201"},
    "/api/hazard-zones/{code}": {"code": "Z0001"},
    "/api/households/{number}": {"number": 1},
    "/api/households/{number}/phone": {"number": 1},
    "/api/risk-sites/{code}": {"code": "990125-R0001"},
}


@pytest.fixture(scope="module")
def county(cluster: Cluster, shelf: None) -> Iterator[Settings]:
    """A sample county that may be changed."""
    with databases.clone(cluster, databases.sample_template(cluster)) as settings:
        yield settings


def ask(client: FlaskClient, case: schemathesis.Case, token: str) -> int:
    """The status of the answer to a request, sent as the role that `client` signed in as."""
    kwargs = case.as_transport_kwargs()
    given = {name: value for name, value in kwargs["headers"].items() if name.lower() not in {"cookie", "x-csrftoken"}}
    kwargs["headers"] = {**given, "X-CSRFToken": token}
    kwargs.pop("cookies", None)
    answer = client.open(**kwargs)
    answer.close()
    return answer.status_code


def test_a_few_requests_find_no_fault(county: Settings) -> None:
    seen, faults = asked(county, "TOWNSHIP", each=1, step=4)
    assert faults == [], seen


@pytest.mark.soak
@pytest.mark.parametrize("role", ROLES)
def test_ten_thousand_requests_find_no_fault(county: Settings, role: str) -> None:
    seen, faults = asked(county, role, each=CASES // 50, step=1)
    log.info("%s: %s requests, %s", role, seen.total(), dict(seen))
    assert faults == [], f"{len(faults)} of {seen.total()}"
    assert seen.total() >= 0.9 * CASES, seen
    assert sum(count for status, count in seen.items() if status < 300) >= 0.2 * seen.total(), seen


def asked(county: Settings, role: str, *, each: int, step: int) -> tuple[Counter[int], list[tuple[int, str]]]:
    """How often each status was answered, and the requests whose answer is a fault, of every `step`-th address.

    A fault is an answer of 500 and more, and one that the description of the address does not name. One request in
    five is of a kind that the description does not allow.
    """
    app = create_app(county)
    client = signed_in(app.test_client(), role)
    token = str(client.get("/api/session").json["csrf_token"])
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()][::step]
    seen, faults = Counter[int](), list[tuple[int, str]]()
    for operation in operations:
        for status, is_described, request in answers(client, token, operation, each):
            seen[status] += 1
            if not is_described or status >= 500:
                faults.append((status, request))
    return seen, faults


def answers(client: FlaskClient, token: str, operation: APIOperation, each: int) -> list[tuple[int, bool, str]]:
    """The statuses of `each` requests of one address, whether the description names them, and what was asked."""
    described = {int(status) for status in operation.definition.raw["responses"]} | OF_ALL
    found = []

    @seed(7)
    @rules(
        max_examples=each,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation), is_known=st.booleans())
    def once(case: schemathesis.Case, is_known: bool) -> None:
        if is_known and case.path_parameters:
            known = KNOWN.get(case.operation.path, dict.fromkeys(("draft_id", "run_id", "position"), 1))
            case.path_parameters = {**case.path_parameters, **known}
        status = ask(client, case, token)
        allowed = described if is_known or not case.path_parameters else described | OTHER_ADDRESS
        found.append((status, status in allowed, case.as_curl_command()))

    once()
    return found


def cases(operation: APIOperation) -> st.SearchStrategy[schemathesis.Case]:
    """Requests as the description allows them, and one in five that it does not, if there are such."""
    allowed = operation.as_strategy()
    takes = operation.query or operation.body
    if not takes:
        return allowed
    wrong = operation.as_strategy(GenerationMode.NEGATIVE)
    return st.integers(1, 5).flatmap(lambda one: wrong if one == 1 else allowed)
