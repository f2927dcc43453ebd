"""Visits of linked cadres to their places, and who is behind the quota."""

from geo_grid.visits.links import Parents, above, links, quota_of
from geo_grid.visits.model import DEFAULT_QUOTA, WINDOW_DAYS, Link, NewVisit, Quota, Visit, Visited
from geo_grid.visits.record import record_visit, set_quota
from geo_grid.visits.store import (
    add_past_visits,
    read_visited,
    read_visits,
    set_worker_of_account,
    worker_of_account,
)

__all__ = [
    "DEFAULT_QUOTA",
    "WINDOW_DAYS",
    "Link",
    "NewVisit",
    "Parents",
    "Quota",
    "Visit",
    "Visited",
    "above",
    "add_past_visits",
    "links",
    "quota_of",
    "read_visited",
    "read_visits",
    "record_visit",
    "set_quota",
    "set_worker_of_account",
    "worker_of_account",
]
