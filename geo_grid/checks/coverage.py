"""Who is served by whom: households and grids that nobody looks after, and those who look after too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from geo_grid.checks.finding import Finding
from geo_grid.checks.registry import rule
from geo_grid.county import County
from geo_grid.vocabulary import Role, Tier

#: A worker looks after at most about this many households (source county).
MOST_HOUSEHOLDS = 260


@rule
def every_household_in_a_leaf(county: County) -> Iterator[Finding]:
    """Every household lies in a micro or special grid."""
    count = Counter(county.doors.grids[row] for row in county.unplaced.nonzero()[0].tolist())
    for code, households in sorted(count.items()):
        message = f"{households} households stand on ground that no leaf covers"
        hint = "draw a micro grid around them"
        yield Finding("every_household_in_a_leaf", code, message, hint, households, "warning")


@rule
def every_household_has_a_contact(county: County) -> Iterator[Finding]:
    """户户有人联系: every household has a contact."""
    pairs = zip(county.doors.grids, county.doors.contacts, strict=True)
    count = Counter(grid for grid, contact in pairs if not contact)
    for code, households in sorted(count.items()):
        message = f"{households} households have no contact"
        hint = "name a worker as their contact"
        yield Finding("every_household_has_a_contact", code, message, hint, households, "warning")


@rule
def every_post_is_filled(county: County) -> Iterator[Finding]:
    """Every post has somebody in it."""
    households = Counter(county.doors.grids)
    vacant = Counter((post.grid, post.role) for post in county.staff.posts if post not in county.filled)
    for (code, role), posts in sorted(vacant.items(), key=lambda pair: (pair[0][0], pair[0][1].code)):
        number = f"{posts} posts of " if posts > 1 else "the post of "
        message = f"{number}{role.zh} ({role.code}) vacant"
        yield Finding("every_post_is_filled", code, message, "assign somebody", households[code], "warning")


@rule
def every_village_has_a_leader(county: County) -> Iterator[Finding]:
    """Every sub grid has a grid leader."""
    led = {post.grid for post in county.filled if post.role is Role.LEADER}
    for grid in county.of_tier(Tier.SUB):
        if grid.code not in led:
            yield Finding("every_village_has_a_leader", grid.code, "no grid leader", "assign one", severity="warning")


@rule
def nobody_has_too_many_households(county: County) -> Iterator[Finding]:
    """A worker is the contact of at most 260 households."""
    count = Counter(contact for contact in county.doors.contacts if contact)
    for code, households in sorted(count.items()):
        if households > MOST_HOUSEHOLDS:
            message = f"worker {code} is the contact of {households} households, more than {MOST_HOUSEHOLDS}"
            hint = "share them with others"
            yield Finding("nobody_has_too_many_households", code, message, hint, households, "warning")
