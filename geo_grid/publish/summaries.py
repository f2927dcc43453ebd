"""What the panel, the tree and the legend show of a grid, a household, a risk site or the whole county."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.publish.model import Breaks, Crumb, GridSummary, HouseholdSummary, RiskSiteSummary, TierTree, TreeNode


def grid_summary(conn: Connection, code: str) -> GridSummary:
    """All that the panel shows of the current grid `code`; raises `NotFound`."""
    raise NotImplementedError


def grid_at(conn: Connection, lon: float, lat: float) -> Crumb | None:
    """The grid whose own ground holds the place, by the half-open rule; None outside the net."""
    raise NotImplementedError


def tier_tree(conn: Connection) -> TierTree:
    """The county in figures."""
    raise NotImplementedError


def children(conn: Connection, code: str | None = None) -> tuple[TreeNode, ...]:
    """The grids directly under `code` (None: the widest tier), by code; raises `NotFound`."""
    raise NotImplementedError


def household_summary(conn: Connection, household_id: int) -> HouseholdSummary:
    """A household with its chain of grids and its contact, phones masked; raises `NotFound`."""
    raise NotImplementedError


def risk_site_summary(conn: Connection, code: str) -> RiskSiteSummary:
    """A risk site with the cells it lies in; raises `NotFound`."""
    raise NotImplementedError


def choropleth_breaks(conn: Connection) -> Breaks:
    """The class limits of each choropleth."""
    raise NotImplementedError
