"""The values of access: who asks, and the roles given to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from geo_grid.access.rights import COUNTY_WIDE, roles_for
from geo_grid.errors import Refused
from geo_grid.vocabulary import AccountRole, Action

#: The codes of a grid and of every grid above it.
Chain = Collection[str]
#: The chain of the county itself: only a role that was given for the county reaches it.
COUNTY: Chain = ()


class Forbidden(Refused):
    """Whoever asks has no role that allows it, or none for that grid."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.say(
            "your account may not do this (%(en)s, %(zh)s): "
            "sign in with another account, or ask an administrator for the role",
            en=action.en,
            zh=action.zh,
        )


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """A role, for one grid (its code) and all below it, or for the county; in force on `since` and before `until`."""

    role: AccountRole
    grid: str | None = None
    since: date | None = None
    until: date | None = None
    id: int | None = field(default=None, compare=False)

    def holds_on(self, day: date) -> bool:
        """Whether the role is in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    def reaches(self, chain: Chain | None) -> bool:
        """Whether the role's ground holds the grid of `chain`; None asks for no grid in particular."""
        return self.grid is None or chain is None or self.grid in chain


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for something: `username` is written into the journal, `name` is shown, `given` is in force now."""

    username: str
    name: str
    given: tuple[RoleGiven, ...] = ()
    account: int | None = None

    @classmethod
    def system(cls, program: str) -> Actor:
        """The actor of a command or a job that nobody signed in for: it may do everything."""
        return cls(program, program, tuple(RoleGiven(role) for role in AccountRole))

    @classmethod
    def visitor(cls) -> Actor:
        """Somebody who did not sign in."""
        return cls("visitor", "visitor")

    @classmethod
    def demo_visitor(cls) -> Actor:
        """Somebody who did not sign in to the demo, where everybody may read."""
        return cls("visitor", "visitor", (RoleGiven(AccountRole.READER),))

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account behind this actor."""
        return self.account is not None

    @property
    def roles(self) -> tuple[AccountRole, ...]:
        """The roles in force, each once, in the vocabulary's order."""
        held = {one.role for one in self.given}
        return tuple(role for role in AccountRole if role in held)

    def may(self, action: Action, chain: Chain | None = None) -> bool:
        """Whether this actor may do `action`: in the grid of `chain`, or anywhere at all when None."""
        return may(self, action, chain)


def may(actor: Actor, action: Action, chain: Chain | None = None) -> bool:
    """Whether `actor` may do `action` in the grid of `chain` (its code and those above), or anywhere at all when None.

    This is the one place that decides.
    """
    if action is Action.OPEN:
        return True
    if action is Action.OWN_ACCOUNT:
        return actor.is_signed_in
    allowed = roles_for(action)
    asked = COUNTY if action in COUNTY_WIDE else chain
    return any(one.role in allowed and one.reaches(asked) for one in actor.given)


def tops(actor: Actor, action: Action) -> frozenset[str] | None:
    """The codes of the grids in whose subtrees `actor` may do `action`; None for the whole county."""
    if may(actor, action, COUNTY):
        return None
    return frozenset(one.grid for one in actor.given if one.grid and may(actor, action, [one.grid]))


def demand(actor: Actor, action: Action, chain: Chain | None = None) -> None:
    """Nothing when `actor` may do `action`; else raises `Forbidden`."""
    if not may(actor, action, chain):
        raise Forbidden(action)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where somebody reaches: the subtrees of the grids `tops` (their codes), None for the county.

    `seal` is what the database believes (`access.seal_scope`), as of the map's `version`; the county needs neither.
    """

    tops: frozenset[str] | None = None
    seal: str = field(default="", compare=False, repr=False)
    version: int | None = field(default=None, compare=False, repr=False)

    @property
    def mark(self) -> str:
        """A short text that differs from that of every other scope; blank for the county."""
        return "" if self.tops is None else sha256(",".join(sorted(self.tops)).encode()).hexdigest()[:12]

    @property
    def is_county(self) -> bool:
        """Whether it is the whole county."""
        return self.tops is None
