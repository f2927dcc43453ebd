"""A place where cleaning gives ground to somebody: faces of one kind that hang together."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.partition.lattice import Integers


@dataclass(frozen=True, slots=True)
class Place:
    """One place: its kind of repair, its faces, who has the ground then (-1: nobody), who laid claim to it."""

    kind: str
    faces: Integers
    owner: int
    claims: tuple[int, ...]
    area_m2: float
