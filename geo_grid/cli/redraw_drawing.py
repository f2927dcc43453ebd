"""The commands of `geo-grid redraw` that work on a draft: made, changed, moves added, taken back and had again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.cli.redraw_desk import As, Number, act, figures_of, tell
from geo_grid.errors import BadInput

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_grid.access import Actor
    from geo_grid.redraw import Worked

SEE = "see `geo-grid redraw kinds`"


def register(group: typer.Typer) -> None:
    """These commands, added to the group."""
    for command in (create, change, kinds, move, rebase):
        group.command()(command)
    group.command("undo-move")(undo_move)
    group.command("redo-move")(redo_move)


def create(
    name: Annotated[str, typer.Argument(help="What the redraw is called.")],
    *,
    note: Annotated[str, typer.Option("--note", help="Why it is made.")] = "",
    shared: Annotated[bool, typer.Option("--shared", help="Others may draw in it too.")] = False,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Make an empty draft."""
    from geo_grid import redraw

    tell(act(account, lambda conn, who: redraw.create_draft(conn, who, name, note=note, shared=shared)), as_json)


def change(  # noqa: PLR0913 - every option is one
    number: Number,
    *,
    name: Annotated[str | None, typer.Option("--name", help="What it is called from now on.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="Why it is made.")] = None,
    shared: Annotated[bool | None, typer.Option("--shared/--private", help="Whether others may draw in it.")] = None,
    lock: Annotated[
        list[str] | None, typer.Option("--lock", help="A grid that nothing may go into or out of.", metavar="CODE")
    ] = None,
    unlock: Annotated[
        list[str] | None, typer.Option("--unlock", help="A grid that is locked no more.", metavar="CODE")
    ] = None,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Change a draft's name, note, who may draw in it, or its locked grids."""
    from geo_grid import redraw

    def work(conn: Connection, who: Actor) -> Any:
        draft = redraw.read_draft(conn, number, who)
        locked = (draft.locked | set(lock or ())) - set(unlock or ())
        return redraw.change_draft(conn, number, who, name=name, note=note, shared=shared, locked=locked)

    tell(act(account, work), as_json)


def kinds(as_json: AsJson = False) -> None:
    """List the kinds of moves with their keys; those in brackets may be left out."""
    from geo_grid.redraw import move_keys

    found = move_keys()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for kind, told in found.items():
        keys = [key if key in told["required"] else f"[{key}]" for key in told["keys"]]
        typer.echo(f"{kind:<11} {' '.join(keys)}\n{'':<11} {told['meaning']}")


def move(
    number: Number,
    file: Annotated[
        Path, typer.Argument(help="A file with one move in JSON, or a list of moves; - for standard input.")
    ],
    *,
    attempt: Annotated[bool, typer.Option("--try", help="Tell what they would change; write nothing.")] = False,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Add moves to a draft, all or none; `kinds` lists them."""
    given = _moves(file)

    def work(conn: Connection, who: Actor) -> Worked:
        worked = _add_all(conn, number, who, given)
        if attempt:
            raise _Tried(worked)
        return worked

    try:
        worked = act(account, work)
    except _Tried as tried:
        worked = tried.worked
    _tell_worked(worked, as_json, moves=len(given), written=not attempt)


def undo_move(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Take a draft's last move back; `redo-move` has it again."""
    from geo_grid import redraw

    _tell_worked(act(account, lambda conn, who: redraw.undo_move(conn, number, who)), as_json)


def redo_move(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Have the move again that was taken back last."""
    from geo_grid import redraw

    _tell_worked(act(account, lambda conn, who: redraw.redo_move(conn, number, who)), as_json)


def rebase(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Run a draft's moves on the present net; tells which one cannot stand, and who changed the grid in the way."""
    from geo_grid import redraw

    done = act(account, lambda conn, who: redraw.rebase(conn, number, who))
    problem = None if done.problem is None else done.problem.sentence()
    show({"ok": done.ok, "problem": problem, **figures_of(done.draft)}, as_json=as_json)


class _Tried(Exception):
    """Moves were tried and nothing is to be written."""

    def __init__(self, worked: Worked) -> None:
        self.worked = worked
        super().__init__()


def _add_all(conn: Connection, number: int, who: Actor, given: list[Any]) -> Worked:
    """The draft with all the moves added; the refusal of one of several says which one it was."""
    from geo_grid import redraw
    from geo_grid.grids import county_srid

    worked, new = None, list[str]()
    for place, one in enumerate(given, start=1):
        try:
            worked = redraw.add_move(conn, number, who, redraw.move_from_json(one, county_srid(conn)))
        except (redraw.MoveRefused, BadInput) as refused:
            if len(given) > 1:
                refused.args = (f"move {place} of {len(given)}: {refused}",)
            raise
        new += worked.new_codes
    assert worked is not None  # noqa: S101 - a file without a move is refused before
    return redraw.Worked(worked.draft, worked.preview, tuple(new), worked.problem)


def _tell_worked(worked: Worked, as_json: bool, **figures: object) -> None:
    """A draft's effect in sums."""
    totals = {} if worked.preview is None else worked.preview.to_json()["totals"]
    problem = None if worked.problem is None else worked.problem.sentence()
    standing = len(worked.draft.standing)
    told = {"standing_moves": standing, "new_codes": list(worked.new_codes), "problem": problem}
    show({**figures, **told, **{f"changed_{name}": value for name, value in totals.items()}}, as_json=as_json)


def _moves(file: Path) -> list[Any]:
    """The moves in a file."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise BadInput(f"{file} is no JSON ({wrong}): {SEE}") from wrong
    moves = found if isinstance(found, list) else [found]
    if not moves:
        raise BadInput(f"{file} holds no move: {SEE}")
    return moves
