"""The moves of a draft run one after the other on the net that a connection sees."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from geo_grid.journal import data_version
from geo_grid.redraw.applying import latest_writers
from geo_grid.redraw.changes import ChangeSet
from geo_grid.redraw.drafts.model import NeedsRebase, Problem
from geo_grid.redraw.live import LiveSource
from geo_grid.redraw.moves import Move, renamed, with_codes
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import MoveRefused
from geo_grid.redraw.run import run
from geo_grid.redraw.sentences import sentence
from geo_grid.redraw.wire import located

#: What rows of moves did on a version of the map, so that the next move of a long draft runs alone.
_KNOWN: OrderedDict[str, tuple[ChangeSet, tuple[Move, ...]]] = OrderedDict()
_MOST_KNOWN = 200


@dataclass
class Replay:
    """A net in force with the moves run on it so far: all they change, and they themselves with their codes."""

    conn: Connection
    source: LiveSource
    base: Net
    net: Net
    changes: ChangeSet = field(default_factory=ChangeSet)
    moves: tuple[Move, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def srid(self) -> int:
        """The SRID of the county's CRS."""
        return self.source.srid

    def step(self, move: Move, *, locked: Iterable[str] = ()) -> tuple[str, ...]:
        """Run one more move; the codes of its new grids. Raises its refusal, with the place in degrees."""
        wanted = renamed(move, self.renamed)
        try:
            changes, codes = run(self.net, wanted, locked=locked)
        except MoveRefused as refused:
            raise located(refused, self.srid) from None
        self._note_codes(move, codes)
        self.net = self.net.after(changes)
        self.changes += changes
        self.moves = (*self.moves, with_codes(wanted, codes))
        return codes

    def _note_codes(self, move: Move, codes: tuple[str, ...]) -> None:
        """Remember which wanted codes became others, for the moves that come after."""
        wanted = getattr(move, "codes", None) or ((code,) if (code := getattr(move, "code", "")) else ())
        if len(wanted) == len(codes):
            self.renamed |= {old: new for old, new in zip(wanted, codes, strict=True) if old != new}


def begin(conn: Connection) -> Replay:
    """The net in force, no move run."""
    source = LiveSource(conn)
    net = Net(source)
    return Replay(conn, source, net, net)


def replay(conn: Connection, moves: Sequence[Move], *, remember: bool = True) -> Replay:
    """The moves run on the net in force; raises `NeedsRebase` for the first that does not work any more.

    With `remember`, what the same moves did on the same version of the map is taken from memory.
    """
    found = begin(conn)
    keys = _keys(conn, moves) if remember else []
    done = next((count for count in range(len(keys), 0, -1) if keys[count - 1] in _KNOWN), 0)
    if done:
        found.changes, found.moves = _KNOWN[keys[done - 1]]
        found.net = found.base.after(found.changes)
        for wanted, was in zip(moves[:done], found.moves, strict=True):
            found._note_codes(wanted, _codes(was))
    for position, move in enumerate(moves[done:], start=done + 1):
        try:
            found.step(move)
        except MoveRefused as refused:
            raise NeedsRebase(problem_of(conn, position, move, refused)) from refused
        if remember:
            _remember(keys[position - 1], found)
    return found


def problem_of(conn: Connection, position: int, move: Move, refused: MoveRefused) -> Problem:
    """What stands in the way of a move, and who changed the grid that does."""
    writers = latest_writers(conn, refused.grids)
    last = max(writers, key=lambda one: one.at, default=None)
    who, when = (None, None) if last is None else (last.actor, last.at)
    grid = last.code if last is not None else next(iter(refused.grids), None)
    return Problem(position, sentence(move), refused.to_json(), grid, who, when)


def _codes(move: Move) -> tuple[str, ...]:
    """The codes that a run move's new grids were given."""
    codes: tuple[str, ...] = getattr(move, "codes", ())
    return codes or ((code,) if (code := getattr(move, "code", "")) else ())


def _keys(conn: Connection, moves: Sequence[Move]) -> list[str]:
    """For each beginning of the row of moves a digest of it, the database and its version."""
    digest = sha256(f"{conn.engine.url}|{data_version(conn)}".encode())
    keys = []
    for move in moves:
        plain = {one.name: str(getattr(move, one.name)) for one in fields(move)}
        digest.update(f"|{move.kind}|{json.dumps(plain)}".encode())
        keys.append(digest.hexdigest())
    return keys


def _remember(key: str, found: Replay) -> None:
    """Keep what a row of moves did."""
    _KNOWN[key] = (found.changes, found.moves)
    while len(_KNOWN) > _MOST_KNOWN:
        _KNOWN.popitem(last=False)


def footprint_of(changes: ChangeSet) -> dict[str, Any]:
    """The digest of every grid that the changes change, as they found it."""
    return {code: old.digest for code, (old, _) in sorted(changes.rows.items()) if old is not None}
