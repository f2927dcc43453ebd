"""Who asks, and what they may."""

from geo_grid.access.model import Actor, Chain, Forbidden, RoleGiven, demand, may
from geo_grid.access.rights import RIGHTS
from geo_grid.vocabulary import AccountRole, Action

__all__ = ["RIGHTS", "AccountRole", "Action", "Actor", "Chain", "Forbidden", "RoleGiven", "demand", "may"]
