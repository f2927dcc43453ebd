"""Which part of which site is due when, and who is responsible for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from geo_grid.inspections.model import Duty, Keeper, Rhythms
from geo_grid.risks import Site, SiteParts
from geo_grid.staffing import Staff
from geo_grid.vocabulary import Role, Tier

#: Who answers for a grid, the first of these roles that is filled.
LEADING = (Role.LEADER, Role.FULL_TIME, Role.PART_TIME, Role.CONTACT, Role.LIAISON, Role.STAND_IN)

#: Of each grid its tier and its parent.
Net = Mapping[str, tuple[Tier, str | None]]
#: A site (its number) in a grid (its code).
Part = tuple[int, str]


@dataclass(frozen=True)
class Patrols:
    """All that inspections depend on: sites in parts, rhythms, the last inspection of each part, who is named."""

    sites: SiteParts = field(default_factory=SiteParts)
    rhythms: Rhythms = field(default_factory=Rhythms)
    last: Mapping[Part, date] = field(default_factory=dict)
    named: Mapping[Part, str] = field(default_factory=dict)


def heads(staff: Staff, day: date) -> dict[str, Keeper]:
    """Who answers for each grid on a day, by the first of the leading roles that is filled."""
    found: dict[str, tuple[int, int, Keeper]] = {}
    for one in staff.assignments:
        if one.post.role in LEADING and one.holds_on(day):
            rank = (LEADING.index(one.post.role), one.post.seat)
            if one.post.grid not in found or rank < found[one.post.grid][:2]:
                found[one.post.grid] = (*rank, Keeper(one.worker, one.post.role))
    return {grid: keeper for grid, (_, _, keeper) in found.items()}


def keeper_of(part: Part, named: Mapping[Part, str], leading: Mapping[str, Keeper]) -> Keeper | None:
    """Who is responsible for a part: whoever is named for it, else whoever leads the grid."""
    return Keeper(named[part], None) if part in named else leading.get(part[1])


def chain_of(grid: str, net: Net) -> Iterator[tuple[str, Tier]]:
    """A grid and those above it, each with its tier, narrow to wide."""
    at: str | None = grid
    while at is not None and at in net:
        tier, parent = net[at]
        yield at, tier
        at = parent


def parts_of(sites: SiteParts, net: Net) -> dict[str, dict[str, Tier]]:
    """Every grid of every tier that a site lies in with its tier, by the site's code."""
    found: dict[str, dict[str, Tier]] = {site.code: {} for site in sites.sites}
    for place, ground in sites.parts:
        mine = found[sites.sites[place].code]
        for grid, tier in chain_of(ground, net):
            if grid in mine:
                break
            mine[grid] = tier
    return found


def duties(patrols: Patrols, net: Net, leading: Mapping[str, Keeper]) -> list[Duty]:
    """Every part that some tier inspects, the one that is due first at the front."""
    parts = parts_of(patrols.sites, net)
    found = (
        duty for site in patrols.sites.sites for duty in _of_site(site, parts[site.code].items(), patrols, leading)
    )
    return sorted(found, key=lambda one: (one.due_on, one.grid, one.site.code))


def _of_site(
    site: Site, parts: Iterable[tuple[str, Tier]], patrols: Patrols, leading: Mapping[str, Keeper]
) -> Iterator[Duty]:
    """The duties of one site."""
    tiers = patrols.rhythms.tiers_of(site.kind.code)
    for grid, tier in parts:
        if tier not in tiers:
            continue
        part = (site.id, grid)
        last = patrols.last.get(part)
        due_on = patrols.rhythms.due_after(site.kind.code, tier, last or site.since)
        if due_on is not None:
            yield Duty(site, grid, tier, last, due_on, keeper_of(part, patrols.named, leading))
