"""The entries of the header's navigation, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext

from geo_grid.vocabulary import Action
from web.access import needed
from web.session import actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the endpoint it leads to, its word, and where the addresses of its pages begin."""

    endpoint: str
    label: Any
    prefixes: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where the entry leads."""
        return url_for(self.endpoint)

    @property
    def is_current(self) -> bool:
        """Whether the page of this request belongs to the entry."""
        at = request.path
        return any(at == prefix or (prefix != "/" and at.startswith(f"{prefix}/")) for prefix in self.prefixes)


ENTRIES = (
    Entry("map.county_map", lazy_gettext("Map"), ("/", "/grids", "/history")),
    Entry("redraws.drafts", lazy_gettext("Redraws"), ("/redraws",)),
    Entry("workers.everybody", lazy_gettext("Workers"), ("/workers", "/assign")),
    Entry("me.own", lazy_gettext("Mine"), ("/me",)),
    Entry("risks.sites", lazy_gettext("Risk sites"), ("/risk-sites", "/hazard-zones")),
    Entry("inspections.due", lazy_gettext("Inspections"), ("/inspections", "/visits", "/risk-kinds")),
    Entry("imports.overview", lazy_gettext("Import"), ("/import",)),
    Entry("coverage.rules", lazy_gettext("Coverage"), ("/coverage",)),
    Entry("workload.balance", lazy_gettext("Workload"), ("/workload",)),
    Entry("statistics.places", lazy_gettext("Statistics"), ("/statistics", "/facilities", "/boards")),
)


def navigation() -> list[Entry]:
    """The entries that this request's actor may open."""
    views = current_app.view_functions
    return [entry for entry in ENTRIES if actor().may(needed(views[entry.endpoint]) or Action.OPEN)]


def show_navigation(app: Flask) -> None:
    """Let the templates of `app` call `navigation()`."""
    app.jinja_env.globals["navigation"] = navigation
