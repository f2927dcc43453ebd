"""/metrics: the server's counts and the county's figures for Prometheus."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from geo_grid.db import DbRole, ensure_current
from geo_grid.errors import GeoGridError
from geo_grid.jobs import JobState, count_jobs
from geo_grid.publish import data_version, tier_tree
from geo_grid.vocabulary import Action
from web.access import needs
from web.database import read_widely, web_settings
from web.metrics import Figures, measured

metrics = Blueprint("metrics", __name__)


def has_token() -> bool:
    """Whether the request carries the token that the settings name."""
    token = web_settings().metrics_token
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


@metrics.get("/metrics")
@needs(Action.SEE_HEALTH, unless=has_token)
def counts() -> Response:
    """Everything that is measured, for who sees the health page or has the token of `GEO_GRID_METRICS_TOKEN`."""
    return Response(measured().text(figures), content_type=CONTENT_TYPE_LATEST)


def figures() -> Figures:
    """The county's figures and the jobs; only `up` while the database does not answer."""
    try:
        ensure_current(web_settings(), DbRole.WEB)
        if read_widely(data_version) == 0:
            return {"up": 1, "map_version": 0}
        tree, jobs = read_widely(tier_tree), read_widely(count_jobs)
    except GeoGridError:
        return {"up": 0}
    return {
        "up": 1,
        "map_version": tree.version,
        "grids": sum(one.grids for one in tree.tiers),
        "households": tree.households,
        "households_unplaced": tree.unplaced,
        "households_without_contact": tree.households - tree.contacted,
        "posts": tree.posts,
        "posts_vacant": tree.posts - tree.posts_filled,
        "risk_sites": sum(one.sites for one in tree.risk_sites),
        "jobs_waiting": jobs[JobState.QUEUED],
        "jobs_running": jobs[JobState.RUNNING],
    }
