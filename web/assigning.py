"""Many grids assigned at once: from a request's words to what is asked, and back into lines and sentences for pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from geo_grid.access import Action
from geo_grid.errors import BadInput
from geo_grid.journal import NewChangeset
from geo_grid.staffing.bulk import Conflict, Given, Giving, Plan, WhyNot, give, grid_lines, plan_giving
from geo_grid.vocabulary import Role
from web.database import read, write
from web.people import People
from web.session import actor


@dataclass(frozen=True, slots=True)
class LeafLine:
    """A grid that was chosen: who answers for it now, who would, and why not."""

    code: str
    name: str
    town: str
    households: int
    contacted: int
    people: tuple[tuple[Role, str], ...]
    worker: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """A worker's households as contact, before and after."""

    code: str
    name: str
    before: int
    after: int
    most: int | None

    @property
    def is_too_much(self) -> bool:
        """Whether there would be more than the rule allows."""
        return self.most is not None and self.after > self.most and self.after > self.before


@dataclass(frozen=True, slots=True)
class Assigning:
    """What a page shows of an assignment that is being put together; `plan` None while no worker is named."""

    lines: tuple[LeafLine, ...]
    loads: tuple[Load, ...] = ()
    replaced: tuple[str, ...] = ()
    problem: str = ""
    is_planned: bool = False

    @property
    def households(self) -> int:
        """The households of all lines."""
        return sum(line.households for line in self.lines)

    @property
    def contacted(self) -> int:
        """Those with a contact."""
        return sum(line.contacted for line in self.lines)

    @property
    def conflicts(self) -> int:
        """How many lines stand against it."""
        return sum(bool(line.why_not) for line in self.lines)

    @property
    def can_be_done(self) -> bool:
        """Whether it may go."""
        return self.is_planned and not self.conflicts and not self.problem


def giving_of(given: Mapping[str, Any], today: date) -> Giving:
    """What a request asks for: `grids`, `workers`, `role`, `contact`, `since`, `until`, `replace`."""
    role = str(given.get("role") or "")
    if role and role not in Role.__members__:
        raise BadInput.of("there is no role %(role)s: choose one of the list", role=role)
    return Giving(
        grids=texts(given, "grids"),
        workers=texts(given, "workers"),
        since=_day(given.get("since")) or today,
        role=Role[role] if role else None,
        contact=bool(given.get("contact")),
        until=_day(given.get("until")),
        replace=bool(given.get("replace")),
    )


def texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The texts of a list, blanks left out; raises `BadInput` for anything else."""
    found = given.get(name) or ()
    if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
        raise BadInput.of("%(name)s must be a list of codes", name=name)
    return tuple(one.strip() for one in found if one.strip())


def _day(text: object) -> date | None:
    """A day, None when blank."""
    if not text:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadInput.of("%(text)s is no day: write it like 2026-06-01", text=text) from None


def may_staff(people: People) -> Callable[[str], bool]:
    """Whether the actor of this request may staff a grid, by its code."""
    who = actor()
    return lambda code: who.may(Action.MANAGE_STAFF, people.chain(code))


def shown(people: People, giving: Giving) -> Assigning:
    """What giving would do, for a page; with no worker or nothing asked yet, the grids alone."""
    if not giving.grids:
        return Assigning(())
    if not giving.workers or (giving.role is None and not giving.contact):
        lines = read(grid_lines, giving.grids)
        return Assigning(tuple(_line(people, one.code, one.households, one.contacted) for one in lines))
    try:
        plan = read(lambda conn: plan_giving(conn, giving, may_staff(people)))
    except BadInput as wrong:
        lines = read(grid_lines, giving.grids)
        plain = tuple(_line(people, one.code, one.households, one.contacted) for one in lines)
        return Assigning(plain, problem=str(wrong))
    return _planned(people, plan)


def do(people: People, giving: Giving) -> tuple[int, Given]:
    """Everything given in one transaction: its change set, and what was given."""
    note = f"assigned {len(giving.grids)} grids to {', '.join(giving.workers)}"
    new = NewChangeset(actor().username, "edit", note[:200])

    def work(conn: Connection) -> tuple[int, Given]:
        return new.open(conn), give(conn, giving, may_staff(people))

    return write(work)


def sentence(conflict: Conflict) -> str:
    """A conflict in the reader's words."""
    facts = {"name": conflict.name, "since": conflict.since, "until": conflict.until, "grid": conflict.other}
    if conflict.why is WhyNot.TAKEN:
        return str(_("%(name)s is in the post from %(since)s on", **facts))
    if conflict.why is WhyNot.FULL_TIME:
        return str(_("%(name)s works full-time in %(grid)s already", **facts))
    if conflict.why is WhyNot.LEFT:
        return str(_("%(name)s leaves on %(until)s", **facts))
    if conflict.why is WhyNot.OUTSIDE:
        return str(_("outside what your account may staff"))
    return str(_("no such grid, or it was retired"))


def _planned(people: People, plan: Plan) -> Assigning:
    """A plan for a page."""
    against: dict[str, list[str]] = {}
    for conflict in plan.conflicts:
        against.setdefault(conflict.grid, []).append(sentence(conflict))
    names = {code: people.worker(code).name for code in plan.giving.workers}
    lines = [
        _line(people, one.code, one.households, one.contacted, names[one.worker], "; ".join(against.pop(one.code, ())))
        for one in plan.grids
    ]
    gone = [LeafLine(code, code, "", 0, 0, (), "", "; ".join(why)) for code, why in against.items()]
    loads = [Load(code, names[code], *both, people.most) for code, both in plan.loads.items()]
    replaced = [f"{one.name} ({people.name_of(one.grid)})" for one in plan.replaced]
    return Assigning((*gone, *lines), tuple(loads), tuple(replaced), is_planned=True)


def _line(people: People, code: str, households: int, contacted: int, worker: str = "", why_not: str = "") -> LeafLine:
    """A grid's line."""
    holders = tuple(people.holders(code))
    return LeafLine(code, people.name_of(code), people.town(code), households, contacted, holders, worker, why_not)
