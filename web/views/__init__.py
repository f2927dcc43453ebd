"""The pages: one blueprint for each noun."""

from web.views.account import account
from web.views.accounts import accounts
from web.views.assigning import assigning
from web.views.boards import boards
from web.views.coverage import coverage
from web.views.facilities import facilities
from web.views.hazards import hazards
from web.views.health import health
from web.views.histories import histories
from web.views.imports import imports
from web.views.inspections import inspections
from web.views.journal import journal
from web.views.kept_choices import kept_choices
from web.views.kinds import kinds
from web.views.map import map_page
from web.views.me import me
from web.views.metrics import metrics
from web.views.panel import panel
from web.views.provided import provided
from web.views.redraws import redraws
from web.views.responsible import responsible
from web.views.restoring import restoring
from web.views.risks import risks
from web.views.statistics import statistics
from web.views.tiles import tiles
from web.views.visits import visits
from web.views.workers import workers
from web.views.workload import workload

VIEWS = (
    *(
        map_page,
        panel,
        tiles,
        health,
        metrics,
        coverage,
        imports,
        kept_choices,
        account,
        accounts,
        journal,
        restoring,
        provided,
        workers,
        redraws,
        histories,
    ),
    *(statistics, assigning, workload, boards, facilities),
    *(risks, kinds, inspections, visits, hazards, me, responsible),
)
