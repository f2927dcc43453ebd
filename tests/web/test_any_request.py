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

from geo_grid.cluster import Cluster
from geo_grid.settings import Settings
from tests import databases
from tests.web.accounts import signed_in
from web.app import create_app

log = logging.getLogger(__name__)

#: How many requests one role makes; `CASES` lets more run.
CASES = int(os.environ.get("CASES", "10000"))
ROLES = ("ADMINISTRATOR", "TOWNSHIP", "READER")
#: Taking hold of the session or of a whole file would end the run, not find a fault.
KNOWN_STATUSES = {200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429}
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
    """How often each status was answered, and the requests whose answer is a fault, of every `step`-th address."""
    app = create_app(county)
    client = signed_in(app.test_client(), role)
    token = str(client.get("/api/session").json["csrf_token"])
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()][::step]
    seen, faults = Counter[int](), list[tuple[int, str]]()
    for operation in operations:

        @seed(7)
        @rules(
            max_examples=each,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), is_known=st.booleans())
        def once(case: schemathesis.Case, is_known: bool) -> None:
            if is_known and case.path_parameters:
                known = KNOWN.get(case.operation.path, dict.fromkeys(("draft_id", "run_id", "position"), 1))
                case.path_parameters = {**case.path_parameters, **known}
            status = ask(client, case, token)
            seen[status] += 1
            if status not in KNOWN_STATUSES:
                faults.append((status, case.as_curl_command()))

        once()
    return seen, faults
