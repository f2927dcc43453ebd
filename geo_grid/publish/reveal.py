"""A household's phone in full, for who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from geo_grid.errors import NotFound
from geo_grid.phones import Holder, vault_of
from geo_grid.publish import store


@dataclass(frozen=True, slots=True)
class Reachable:
    """A household by its code, with the codes of the grid it lies in and of those above."""

    code: str
    chain: tuple[str, ...]


def reachable(conn: Connection, household_id: int) -> Reachable:
    """Whose phone would be revealed; raises `NotFound`."""
    row = store.household_by_id(conn, household_id)
    if row is None:
        raise NotFound.of("there is no household number %(household_id)s", household_id=household_id)
    return Reachable(row.code, tuple(step.code for step in store.chain(conn, row.grid_id)))


def household_phone(conn: Connection, household_id: int) -> str | None:
    """The phone of a household; the caller has asked for the right and written down the reason before."""
    row = store.household_by_id(conn, household_id)
    if row is None:
        raise NotFound.of("there is no household number %(household_id)s", household_id=household_id)
    return vault_of(conn).open(Holder.HOUSEHOLD, row.code, row.phone)
