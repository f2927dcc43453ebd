"""What the page's scripts are told at the start, as one block of JSON."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from geo_grid.publish import GridSummary
from geo_grid.vocabulary import Role, Tier
from web.database import scope
from web.kinds import kinds_now
from web.language import is_english, word
from web.overview import Overview


def page_data(overview: Overview, opened: GridSummary | None, *, has_basemap: bool) -> dict[str, Any]:
    """The figures, addresses and words that the scripts of the map page need."""
    tree = overview.tree
    return {
        "version": overview.version,
        "scope": scope().mark,
        "bounds": tree.bounds,
        "isEnglish": is_english(),
        "hasBasemap": has_basemap,
        "opened": {"code": opened.code, "bounds": opened.bounds} if opened else None,
        "home": url_for("map.county_map"),
        "who": url_for("responsible.place"),
        "zones": url_for("hazards.zones"),
        "tiers": {tier.code: word(tier) for tier in Tier},
        "kinds": {kind.code: {"word": word(kind), "symbol": kind.symbol, "own": kind.is_own} for kind in kinds_now()},
        "roles": {role.code: word(role) for role in Role},
        "breaks": {
            "coverage": overview.breaks.contacted_share,
            "load": overview.breaks.households,
            "posts": overview.breaks.filled_share,
        },
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "nothingFound": _("Nothing found"),
        "askWho": _("Click a place to see who is responsible there; Esc ends it."),
        "hits": _("%(count)s hits", count="{count}"),
        "failed": _("The server does not answer; trying again"),
        "updated": _("The map has been brought up to date"),
        "grid": _("Grid"),
        "worker": _("Worker"),
        "household": _("Household"),
        "risk_site": _("Risk site"),
        "facility": _("Facility"),
        "vacant": _("vacant"),
        "filled": _("filled"),
        "withContact": _("has a contact"),
        "withoutContact": _("without a contact"),
        "households": _("%(count)s households", count="{count}"),
        "sites": _("%(count)s risk sites", count="{count}"),
        "remainder": _("Undivided ground"),
        "nobody": _("nobody in post"),
        "opened": _("%(name)s opened", name="{name}"),
        "noPosition": _("Your position cannot be found"),
        "netSound": _("Borders without overlap or gap"),
        "ruleSaid": _(
            "%(covered)s households covered, %(uncovered)s not, %(overloaded)s overloaded",
            covered="{covered}",
            uncovered="{uncovered}",
            overloaded="{overloaded}",
        ),
        "netBroken": _("%(count)s faults in the net", count="{count}"),
        "noVacant": _("Every micro grid has somebody"),
        "lassoEmpty": _("No grid lies in the lasso: half of it must be inside"),
        "assigned": _(
            "%(posts)s posts filled, %(households)s households have a new contact",
            posts="{posts}",
            households="{households}",
        ),
        "takeBack": _("Take back"),
        "tookBack": _("Taken back."),
        "goOn": _("Go on"),
        "fullscreen": _("Full screen"),
        "leaveFullscreen": _("Leave full screen"),
    }
