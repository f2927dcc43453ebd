"""A fixed cast: Alice and Bob draw, Chen approves and applies."""

from __future__ import annotations

from geo_grid.access import AccountRole, Actor, RoleGiven


def person(name: str, *roles: AccountRole) -> Actor:
    """Somebody with roles for the whole county."""
    return Actor(name, name.capitalize(), tuple(RoleGiven(role) for role in roles), account=1)


ALICE = person("alice", AccountRole.PLANNER)
BOB = person("bob", AccountRole.PLANNER)
CHEN = person("chen", AccountRole.APPROVER)
READER = person("rita", AccountRole.READER)
