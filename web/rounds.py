"""Who inspects what when, as pages need it: the ground kept in memory until the data changes, inspections read anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

from flask import current_app
from sqlalchemy import Connection

from geo_grid.access import Actor, Forbidden
from geo_grid.grids import read_standing_bare
from geo_grid.inspections import Duty, Keeper, Net, Patrols, chain_of, duties, heads, keeper_of, parts_of, read_patrols
from geo_grid.publish import data_version
from geo_grid.risks import Site, SiteParts, read_site_parts
from geo_grid.staffing import Staff, read_staff, read_today
from geo_grid.vocabulary import Action, Tier
from web.database import read, scope
from web.kept import Kept

#: Due within so many days counts as soon.
SOON_DAYS = 7


@dataclass(frozen=True)
class Ground:
    """What inspections stand on, at one version of the data and one day."""

    mark: str
    day: date
    sites: SiteParts
    net: Net
    names: Mapping[str, str]
    staff: Staff
    leading: Mapping[str, Keeper]


class Grounds:
    """The latest ground of each scope."""

    def __init__(self) -> None:
        self._kept: Kept[str, Ground] = Kept()

    def at_present(self, conn: Connection) -> Ground:
        """The ground by what the asker sees now."""
        day = read_today(conn)
        mark = f"{data_version(conn)}/{day}"
        return self._kept.at(scope(), mark, lambda: _ground(conn, mark, day))


def _ground(conn: Connection, mark: str, day: date) -> Ground:
    grids, staff = read_standing_bare(conn), read_staff(conn)
    net = {grid.code: (grid.tier, grid.parent) for grid in grids}
    names = {grid.code: grid.name for grid in grids}
    return Ground(mark, day, read_site_parts(conn), net, names, staff, heads(staff, day))


class Rounds:
    """Sites, their parts, who is responsible for them and when they are due, on the county's day."""

    def __init__(self, ground: Ground, patrols: Patrols) -> None:
        self.ground, self.patrols, self.day = ground, patrols, ground.day

    @cached_property
    def duties(self) -> list[Duty]:
        """Every part that some tier inspects, the one that is due first at the front."""
        return duties(self.patrols, self.ground.net, self.ground.leading)

    @cached_property
    def parts(self) -> dict[str, dict[str, Tier]]:
        """Every grid that a site lies in with its tier, by the site's code."""
        return parts_of(self.ground.sites, self.ground.net)

    @cached_property
    def due(self) -> dict[str, Duty]:
        """The duty of each site that comes first, by the site's code."""
        return {one.site.code: one for one in reversed(self.duties)}

    def keeper(self, site: Site, grid: str) -> Keeper | None:
        """Who is responsible for a site's part in a grid."""
        return keeper_of((site.id, grid), self.patrols.named, self.ground.leading)

    def name(self, grid: str) -> str:
        """The name of a grid, its code when it does not stand."""
        return self.ground.names.get(grid, grid)

    def person(self, worker: str | None) -> str:
        """The name of a worker, blank for nobody."""
        found = self.ground.staff.workers.get(worker or "")
        return found.name if found else (worker or "")

    def chain(self, grid: str) -> list[str]:
        """The codes of a grid and of those above it, for asking who may."""
        return [code for code, _ in chain_of(grid, self.ground.net)] or [grid]

    def town(self, grid: str) -> str:
        """The name of the widest grid above a grid."""
        return self.name(self.chain(grid)[-1])

    def towns(self, site: str) -> list[str]:
        """The codes of the widest grids that a site lies in."""
        return sorted(grid for grid, tier in self.parts.get(site, {}).items() if tier is Tier.TOTAL)

    def state(self, duty: Duty | None) -> str:
        """late, soon, fine, or none when no tier inspects it."""
        if duty is None:
            return "none"
        days = duty.days_late(self.day)
        return "late" if days > 0 else "soon" if days >= -SOON_DAYS else "fine"

    def demand(self, actor: Actor, action: Action, grids: Iterable[str]) -> None:
        """Nothing when the actor may do that in all those grids; raises `Forbidden`."""
        for grid in set(grids):
            if not actor.may(action, self.chain(grid)):
                raise Forbidden(action)

    def reaches(self, actor: Actor, grid: str) -> bool:
        """Whether a grid belongs to the ground of one of the actor's roles."""
        chain = self.chain(grid)
        return any(one.reaches(chain) for one in actor.given)


def rounds_now() -> Rounds:
    """The rounds of this application's county."""
    return read(_rounds)


def _rounds(conn: Connection) -> Rounds:
    ground = cast(Grounds, current_app.extensions["grounds"]).at_present(conn)
    return Rounds(ground, read_patrols(conn, ground.sites))
