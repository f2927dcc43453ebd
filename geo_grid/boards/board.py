"""A board as values: which grid, who serves it, how they are reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from geo_grid.boards.source import Source, Station
from geo_grid.errors import NotFound
from geo_grid.publish import masked
from geo_grid.staffing import Post
from geo_grid.vocabulary import FacilityLevel, Role, Tier


class Phones(Enum):
    """How phones stand on a board."""

    NONE = "none"
    MASKED = "masked"
    FULL = "full"


_LEVELS = (FacilityLevel.VILLAGE, FacilityLevel.POINT, FacilityLevel.TOWNSHIP, FacilityLevel.COUNTY)
_LEVELS_OF_A_TOWN = (FacilityLevel.TOWNSHIP, FacilityLevel.COUNTY, FacilityLevel.VILLAGE, FacilityLevel.POINT)


@dataclass(frozen=True, slots=True)
class Wish:
    """How boards are wanted: paper, language, phones, and the address of the site that the QR code leads to."""

    paper: str = "A4"
    lang: str = "zh"
    phones: Phones = Phones.MASKED
    address: str = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Line:
    """A person on a board: role, name ('' for a vacant post), phone, and of which grid when it is one above."""

    role: Role
    name: str
    phone: str | None
    grid: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A board: the grid's place in the county, the names of those above it, its people, its station, its page."""

    place: int
    code: str
    name: str
    tier: str
    parents: tuple[str, ...]
    households: int
    leader: Line | None
    people: tuple[Line, ...]
    station: Station | None
    page: str


def boards_of(source: Source, codes: Iterable[str], wish: Wish) -> Iterator[Board]:
    """The boards of the grids; raises `NotFound` for one that does not stand."""
    for code in codes:
        place = source.county.index.get(code)
        if place is None:
            raise NotFound.of("there is no grid %(code)s, or it was retired: check the code", code=code)
        yield _board(source, place, wish)


def _board(source: Source, place: int, wish: Wish) -> Board:
    """The board of the grid at a place."""
    county, grid = source.county, source.county.grids[place]
    chain = [one for one in county.ancestors[place].tolist() if one >= 0 and one != place]
    above = sorted(chain, key=lambda one: county.grids[one].tier.rank, reverse=True)
    here = [_line(source, post, wish) for post in _ordered(source, grid.code)]
    leader = next((line for line in here if line.role is Role.LEADER and line.name), None)
    for one in above:
        if leader is not None:
            break
        leader = next((_line(source, post, wish, above=True) for post in _ordered(source, county.grids[one].code)
                       if post.role is Role.LEADER and post in source.holders), None)  # fmt: skip
    return Board(
        place,
        grid.code,
        grid.name,
        grid.tier.zh if wish.lang == "zh" else grid.tier.en,
        tuple(county.grids[one].name for one in reversed(above)),
        source.households[place],
        leader,
        tuple(line for line in here if line is not leader),
        _station(source, [place, *above]),
        f"{wish.address.rstrip('/')}/grids/{quote(grid.code)}",
    )


def _ordered(source: Source, code: str) -> list[Post]:
    """The posts of a grid in the order of the roles."""
    return sorted(source.posts.get(code, []), key=lambda post: (list(Role).index(post.role), post.seat))


def _line(source: Source, post: Post, wish: Wish, *, above: bool = False) -> Line:
    """Who is in a post, or that nobody is."""
    held = source.holders.get(post)
    if held is None:
        return Line(post.role, "", None)
    worker = source.county.staff.workers[held.worker]
    phone = {Phones.NONE: None, Phones.MASKED: masked(worker.phone), Phones.FULL: worker.phone}[wish.phones]
    grid = source.county.grids[source.county.index[post.grid]].name if above else ""
    return Line(post.role, worker.name, phone, grid)


def _station(source: Source, chain: list[int]) -> Station | None:
    """The station on the ground of the nearest grid of a chain that has one, of the level that fits the grid best."""
    tier = source.county.grids[chain[0]].tier
    fitting = _LEVELS_OF_A_TOWN if tier is Tier.TOTAL else _LEVELS
    for place in chain:
        here = source.stations_in.get(place)
        if here:
            return source.stations[min(here, key=lambda one: (fitting.index(one[0]), one[1]))[1]]
    return None
