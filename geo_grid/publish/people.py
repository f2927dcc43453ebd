"""The posts along a chain of grids, and the leader found in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from geo_grid.phones import Holder
from geo_grid.publish import store
from geo_grid.publish.model import Crumb, Seat
from geo_grid.publish.phones import masking
from geo_grid.vocabulary import Role


def crumb(row: Row[Any]) -> Crumb:
    """A row with code, name and tier as one step of a chain."""
    return Crumb(row.code, row.name, row.tier)


def seats_of(conn: Connection, chain: Sequence[Row[Any]], day: date) -> tuple[Seat, ...]:
    """The posts of the grids of `chain`, in its order, with who fills them on `day`."""
    show = masking(conn)
    grids = {row.grid_id: crumb(row) for row in chain}
    return tuple(
        Seat(
            grids[row.grid_id],
            row.role,
            row.seat,
            row.worker_code,
            row.worker_name,
            None if row.worker_code is None else show(Holder.WORKER, row.worker_code, row.phone),
            row.since,
            row.until,
        )
        for row in store.seats(conn, list(grids), day)
    )


def leader_among(seats: Sequence[Seat]) -> Seat | None:
    """The first filled post of a grid leader: the nearest one when `seats` run from narrow to wide."""
    return next((seat for seat in seats if seat.role == Role.LEADER.code and seat.filled), None)
