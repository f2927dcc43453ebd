"""The county in figures, kept in memory until the data version changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast, overload

from flask import Flask, current_app, g
from flask_babel import gettext as _
from sqlalchemy import Connection

from geo_grid.publish import Breaks, TierCount, TierTree, choropleth_breaks, data_version, grid_names, tier_tree
from geo_grid.vocabulary import Tier
from web.database import read, scope
from web.kept import Kept
from web.present import present_version, unchanged

#: Places that are named in the header; more are only counted.
MOST_NAMED = 2
#: What there is to show while nothing has been imported.
NO_COUNTY = TierTree(
    version=0,
    name="",
    srid=0,
    bounds=None,
    tiers=tuple(TierCount(tier.code, 0) for tier in Tier),
    households=0,
    persons=0,
    contacted=0,
    unplaced=0,
    workers=0,
    posts=0,
    posts_filled=0,
    risk_sites=(),
    facilities=0,
    micro_without_worker=0,
)


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of what the asker sees and the class limits of its colours, at one version of the data.

    `places` names the grids whose subtrees that is; it is empty for the whole county.
    """

    version: int
    tree: TierTree
    breaks: Breaks
    places: tuple[str, ...] = ()


class Overviews:
    """The latest overview of each scope, made anew when the data has changed."""

    def __init__(self) -> None:
        self._kept: Kept[int, Overview] = Kept()

    def known(self, version: int) -> Overview | None:
        """The overview of what the asker sees at a version of the map, if it is kept."""
        return _at(version, self._kept.known(scope(), version))

    def at_present(self, conn: Connection) -> Overview:
        """The overview of what the asker sees now."""
        version = data_version(conn)
        here = scope()
        found = self._kept.at(here, version, lambda: _overview(conn, version, sorted(here.tops or ())), unchanged)
        return _at(version, found)


def _overview(conn: Connection, version: int, tops: Sequence[str]) -> Overview:
    if version == 0:
        return Overview(version, NO_COUNTY, Breaks((), (), ()))
    places = tuple(one.name for one in grid_names(conn, tops).values())
    return Overview(version, tier_tree(conn), choropleth_breaks(conn), places)


@overload
def _at(version: int, found: Overview) -> Overview: ...


@overload
def _at(version: int, found: None) -> None: ...


def _at(version: int, found: Overview | None) -> Overview | None:
    """The same overview at another version of the map, at which nothing of it has changed."""
    if found is None or found.version == version:
        return found
    return replace(found, version=version, tree=replace(found.tree, version=version))


def overview_now() -> Overview:
    """The overview of what the asker of this request sees, the same for all of the request."""
    if "overview" not in g:
        overviews = cast(Overviews, current_app.extensions["overviews"])
        g.overview = overviews.known(present_version()) or read(overviews.at_present)
    return cast(Overview, g.overview)


def scope_names() -> str:
    """What the pages call the part of the county that the asker sees; empty for the whole of it."""
    places = overview_now().places
    named, more = str(_(", ")).join(places[:MOST_NAMED]), len(places) - MOST_NAMED
    return str(_("%(places)s and %(count)s more", places=named, count=more)) if more > 0 else named


def whole() -> str:
    """What stands above all that the asker sees."""
    return scope_names() or str(_("Whole county"))


def county_title() -> str:
    """What the header of every page calls this county."""
    name = overview_now().tree.name
    return str(_("%(county)s service grids", county=name) if name else _("County service grids"))


def county_srid() -> int:
    """The number of the county's projected CRS; 0 while there is no county."""
    return overview_now().tree.srid


def show_county(app: Flask) -> None:
    """Let the templates of `app` call `county_title()`, `scope_names()` and `whole()`."""
    app.jinja_env.globals.update(county_title=county_title, scope_names=scope_names, whole=whole)
