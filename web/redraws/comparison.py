"""Two drafts side by side in the reader's words, and what the scripts of that page are told."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from geo_grid.redraw import Comparison
from web.overview import Overview
from web.pagedata import page_data

_NONE: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def totals_of(found: Comparison) -> tuple[tuple[str, str], ...]:
    """The figures over the page."""
    apart = sum(grid.change != "derived" for grid in found.grids)
    return (
        (str(_("grids differ")), f"{apart:,}"),
        (str(_("households in another grid")), f"{found.households:,}"),
        (str(_("persons")), f"{found.persons:,}"),
    )


def compared_data(overview: Overview, found: Comparison | None) -> dict[str, Any]:
    """The block of JSON in the page: both sides' grids and borders, and the ground that differs."""
    told = page_data(overview, None, has_basemap=False)
    sides: dict[str, Any] = {"a": {"after": _NONE}, "b": {"after": _NONE}, "ground": _NONE}
    if found is not None:
        sides = {
            "a": {"after": found.map.a, "border": found.a.map.border},
            "b": {"after": found.map.b, "border": None if found.b is None else found.b.map.border},
            "ground": found.map.ground,
        }
    words = {**told["words"], "gridHere": _("%(name)s: %(count)s households", name="{name}", count="{count}")}
    return {**told, "sides": sides, "words": words}
