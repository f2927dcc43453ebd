"""What is held about one person, and forgetting it when they ask."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection

from geo_grid.errors import NotFound, Refused
from geo_grid.journal import NewChangeset
from geo_grid.phones import Holder, vault_of
from geo_grid.retention import store


class Whom(Enum):
    """Of whom something is held: a worker, or the people of a household."""

    WORKER = "workers"
    HOUSEHOLD = "households"

    @property
    def holder(self) -> Holder:
        """Whose phone it is."""
        return Holder.WORKER if self is Whom.WORKER else Holder.HOUSEHOLD


class Nobody(NotFound):
    """There is and was nobody of that code."""


class StillServing(Refused):
    """A worker who holds posts or is a contact cannot be forgotten."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held about a person: name and phones now and before, and how much hangs on them.

    `address` is that of a household, `name` that of a worker; the phones are in full.
    """

    whom: Whom
    code: str
    stands: bool
    name: str
    address: str
    phone: str | None
    former_names: tuple[str, ...]
    former_phones: tuple[str, ...]
    images: int
    posts: int
    visits: int
    readings: int


def held_about(conn: Connection, whom: Whom, code: str) -> Held:
    """Everything that is held under a code; raises `Nobody`. `conn` is the loader's."""
    row = store.read_person(conn, whom.value, code)
    if row is None:
        raise Nobody.of("nobody has or had the code %(code)s: check it", code=code)
    vault = vault_of(conn)
    phones = {vault.open(whom.holder, code, one) for one in row.phones if one}
    now = vault.open(whom.holder, code, row.phone)
    return Held(
        whom,
        code,
        row.stands,
        row.name or "",
        row.address or "",
        now,
        tuple(sorted({one for one in row.names if one and one != row.name})),
        tuple(sorted(one for one in phones if one and one != now)),
        row.images,
        row.posts,
        row.visits,
        store.count_readings(conn, code),
    )


def find_phone(conn: Connection, phone: str) -> list[tuple[Whom, str]]:
    """Who has or had that phone; every sealed phone is opened for it. `conn` is the loader's."""
    vault, wanted = vault_of(conn), "".join(phone.split())
    return [
        (whom, row.code)
        for whom in Whom
        for row in store.all_phones(conn, whom.value)
        if "".join((vault.open_or_keep(whom.holder, row.code, row.phone) or "").split()) == wanted
    ]


def forget_person(conn: Connection, whom: Whom, code: str, actor: str, reason: str) -> int:
    """How many former images lost name and phone; now too, in a change set of its own.

    A household loses its phone alone: it is a place. Raises `Nobody`, and `StillServing` for a worker with posts.
    """
    row = store.read_person(conn, whom.value, code)
    if row is None:
        raise Nobody.of("nobody has or had the code %(code)s: check it", code=code)
    if whom is Whom.WORKER and store.serves(conn, row.id):
        raise StillServing.of("worker %(code)s still serves: let them leave first", code=code)
    NewChangeset(actor, "edit", f"forgot what was held about {code}: {reason}"[:200]).open(conn)
    if whom is Whom.WORKER:
        store.blank_workers(conn, [row.id])
    else:
        store.blank_household(conn, row.id)
    return store.forget_images(conn, whom.value, [row.id], actor, reason)
