"""The JSON API: the same answers as the pages, for programs."""

from flask import Blueprint

from web.api.assignments import assignments
from web.api.coverage import coverage
from web.api.grids import grids
from web.api.imports import imports
from web.api.inspections import inspections
from web.api.phones import phones
from web.api.places import places
from web.api.redraws import redraws
from web.api.risk_sites import risk_sites
from web.api.session import session
from web.api.statistics import statistics
from web.api.versions import versions
from web.api.workload import workload

api = Blueprint("api", __name__, url_prefix="/api")
for _part in (
    *(session, versions, grids, places, phones, coverage, imports, redraws, assignments, workload, statistics),
    *(inspections, risk_sites),
):
    api.register_blueprint(_part)
