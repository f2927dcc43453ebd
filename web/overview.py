"""The county in figures, kept in memory until the data version changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import Connection

from geo_grid.publish import Breaks, TierCount, TierTree, choropleth_breaks, data_version, tier_tree
from geo_grid.vocabulary import Tier
from web.database import read, scope
from web.kept import Kept

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
    """The figures of the county and the class limits of its colours, at one version of the data."""

    version: int
    tree: TierTree
    breaks: Breaks


class Overviews:
    """The latest overview of each scope, made anew when the data has changed."""

    def __init__(self) -> None:
        self._kept: Kept[Overview] = Kept()

    def at_present(self, conn: Connection) -> Overview:
        """The overview of what the asker sees now."""
        version = data_version(conn)
        return self._kept.at(scope(), version, lambda: _overview(conn, version))


def _overview(conn: Connection, version: int) -> Overview:
    if version == 0:
        return Overview(version, NO_COUNTY, Breaks((), (), ()))
    return Overview(version, tier_tree(conn), choropleth_breaks(conn))


def county_title() -> str:
    """What the header of every page calls this county."""
    overview = read(cast(Overviews, current_app.extensions["overviews"]).at_present)
    name = overview.tree.name
    return str(_("%(county)s service grids", county=name) if name else _("County service grids"))


def county_srid() -> int:
    """The number of the county's projected CRS; 0 while there is no county."""
    overview = read(cast(Overviews, current_app.extensions["overviews"]).at_present)
    return overview.tree.srid


def show_county(app: Flask) -> None:
    """Let the templates of `app` call `county_title()`."""
    app.jinja_env.globals["county_title"] = county_title
