"""`geo-grid redraw`: drafts of new borders, from the first move to the net in force."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from geo_grid.cli.output import AsJson, explain_group, show
from geo_grid.errors import BadInput
from geo_grid.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_grid.access import Actor
    from geo_grid.redraw import Draft

T = TypeVar("T")
PROGRAM = "geo-grid redraw"

group = typer.Typer(
    name="redraw", help="Redraws: list, show, draw, hand in, approve, apply.", invoke_without_command=True
)
group.callback()(explain_group)

Number = Annotated[int, typer.Argument(help="The number of the redraw, as the list shows it.")]
As = Annotated[str | None, typer.Option("--as", help="The account that acts; default: this program, which may do all.")]


def register(app: typer.Typer) -> None:
    """This group, added to the program."""
    app.add_typer(group)


@group.command("list")
def list_redraws(
    *,
    stage: Annotated[str | None, typer.Option("--stage", help="Only those of one stage, such as SUBMITTED.")] = None,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """List the redraws, the latest first."""
    from geo_grid import redraw

    chosen = None if stage is None else _stage(stage)
    found = _read(account, lambda conn, who: redraw.list_drafts(conn, who, stage=chosen, limit=200))
    if as_json:
        typer.echo(json.dumps({"redraws": [_figures(draft) for draft in found]}, ensure_ascii=False))
        return
    for draft in found:
        typer.echo(f"{draft.id:>5}  {draft.stage.zh}  {draft.changed_at:%Y-%m-%d}  {draft.author}  {draft.name}")


@group.command("show")
def show_redraw(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Show a redraw's moves and what they would change."""
    from geo_grid import redraw

    draft = _read(account, lambda conn, who: redraw.read_draft(conn, number, who))
    effect = _read(account, lambda conn, who: redraw.preview_draft(conn, number, who).to_json())
    moves = [{"position": one.position, "move": one.json, "undone": one.undone} for one in draft.moves]
    if as_json:
        typer.echo(json.dumps({**_figures(draft), "moves": moves, "effect": effect}, ensure_ascii=False, default=str))
        return
    show(_figures(draft), as_json=False)
    for one in draft.moves:
        typer.echo(f"  {one.position}. {one.sentence}{' (undone)' if one.undone else ''}")
    for grid in effect["grids"]:
        if grid["change"] != "derived":
            typer.echo(
                f"  {grid['code']}  {grid['change']}  {_households(grid['before'])} → {_households(grid['after'])}"
            )


@group.command()
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

    _tell(_write(account, lambda conn, who: redraw.create_draft(conn, who, name, note=note, shared=shared)), as_json)


@group.command()
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
    """Add moves to a draft, all or none."""
    from geo_grid import redraw
    from geo_grid.grids import county_srid

    given = _moves(file)

    def work(conn: Connection, who: Actor) -> Any:
        worked = None
        for one in given:
            parsed = redraw.move_from_json(one, county_srid(conn))
            worked = redraw.add_move(conn, number, who, parsed)
        if attempt:
            raise _Tried(worked)
        return worked

    try:
        worked = _write(account, work)
    except _Tried as tried:
        worked = tried.worked
    figures = {"moves": len(given), "new_codes": list(worked.new_codes), "written": not attempt}
    show({**figures, **worked.preview.to_json()["totals"]}, as_json=as_json)


@group.command()
def submit(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Hand a draft in for approval."""
    from geo_grid import redraw

    _tell(_write(account, lambda conn, who: redraw.submit(conn, number, who)), as_json)


@group.command()
def check(
    number: Number,
    *,
    note: Annotated[str, typer.Option("--note", help="What was seen in the field.")] = "",
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Note that the new border was walked in the field."""
    from geo_grid import redraw

    _tell(_write(account, lambda conn, who: redraw.field_check(conn, number, who, note)), as_json)


@group.command()
def approve(
    number: Number,
    *,
    on: Annotated[
        str | None, typer.Option("--on", help="The day it takes effect, as 2026-12-01; default: today.")
    ] = None,
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Approve a redraw that somebody else drew."""
    from geo_grid import redraw

    day = _day(on)
    _tell(_write(account, lambda conn, who: redraw.approve(conn, number, who, day)), as_json)


@group.command()
def refuse(
    number: Number,
    reason: Annotated[str, typer.Argument(help="What should be different.")],
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Refuse a redraw, with a reason."""
    from geo_grid import redraw

    _tell(_write(account, lambda conn, who: redraw.refuse(conn, number, who, reason)), as_json)


@group.command()
def withdraw(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Take a redraw back."""
    from geo_grid import redraw

    _tell(_write(account, lambda conn, who: redraw.withdraw(conn, number, who)), as_json)


@group.command()
def reopen(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Make a redraw a draft again."""
    from geo_grid import redraw

    _tell(_write(account, lambda conn, who: redraw.reopen(conn, number, who)), as_json)


@group.command()
def rebase(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Run a draft's moves on the present net; tells which one cannot stand, and who changed the grid in the way."""
    from geo_grid import redraw

    done = _write(account, lambda conn, who: redraw.rebase(conn, number, who))
    problem = None if done.problem is None else done.problem.sentence()
    show({"ok": done.ok, "problem": problem, **_figures(done.draft)}, as_json=as_json)


@group.command()
def apply(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Bring an approved redraw into force."""
    from geo_grid import redraw

    done = _write(account, lambda conn, who: redraw.apply(conn, number, who))
    show({"changeset": done.changeset_id, "version": done.version, "grids": list(done.codes)}, as_json=as_json)


@group.command("apply-due")
def apply_due(account: As = None, as_json: AsJson = False) -> None:
    """Bring every approved redraw into force whose day has come; for a timer."""
    from geo_grid import redraw

    waiting = _read(account, lambda conn, _who: redraw.due(conn, date.today()))  # noqa: DTZ011 - the machine's day
    for number in waiting:
        _write(account, lambda conn, who, number=number: redraw.apply(conn, number, who))
    show({"applied": waiting}, as_json=as_json)


@group.command()
def undo(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Undo an applied redraw by a new one."""
    from geo_grid import redraw

    done = _write(account, lambda conn, who: redraw.undo_applied(conn, number, who))
    figures = {"redraw": done.draft.id, "changeset": done.changeset_id, "version": done.version}
    show({**figures, "grids": list(done.codes)}, as_json=as_json)


class _Tried(Exception):
    """Moves were tried and nothing is to be written."""

    def __init__(self, worked: Any) -> None:
        self.worked = worked
        super().__init__()


def _read(account: str | None, work: Callable[[Connection, Actor], T]) -> T:
    """What `work` reads as the account."""
    from geo_grid.db import DbRole, engine, reading

    who = _actor(account)
    with reading(engine(settings(), DbRole.LOADER)) as conn:
        return work(conn, who)


def _write(account: str | None, work: Callable[..., T]) -> T:
    """What `work` answers, done in one transaction as the account."""
    from geo_grid.db import DbRole, engine, run

    who = _actor(account)
    return run(engine(settings(), DbRole.LOADER), lambda conn: work(conn, who))


def _actor(account: str | None) -> Actor:
    """Who acts: the account of that name, else this program."""
    from geo_grid.access import Actor, account_named
    from geo_grid.db import DbRole, engine, reading

    if account is None:
        return Actor.system(PROGRAM)
    with reading(engine(settings(), DbRole.ACCESS)) as conn:
        found = account_named(conn, account)
    if found.disabled_at is not None:
        raise BadInput(f"the account {account} is disabled: name another one")
    today = date.today()  # noqa: DTZ011 - roles are given by the machine's day
    return Actor(found.username, found.name, tuple(one for one in found.given if one.holds_on(today)), found.id)


def _moves(file: Path) -> list[Any]:
    """The moves in a file."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise BadInput(f"{file} is no JSON ({wrong}): see docs/how-to/redraw-borders.md") from wrong
    moves = found if isinstance(found, list) else [found]
    if not moves:
        raise BadInput(f"{file} holds no move: see docs/how-to/redraw-borders.md")
    return moves


def _stage(code: str) -> Any:
    from geo_grid.redraw import Stage

    try:
        return Stage[code.upper().replace("-", "_")]
    except KeyError:
        raise BadInput(f"{code} is no stage: use one of {', '.join(one.code for one in Stage)}") from None


def _day(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 - the machine's day
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no day: write it as 2026-12-01") from None


def _figures(draft: Draft) -> dict[str, Any]:
    """A redraw as the commands print it."""
    return {
        "id": draft.id,
        "name": draft.name,
        "stage": draft.stage.code,
        "author": draft.author,
        "shared": draft.shared,
        "revision": draft.revision,
        "effective_on": draft.effective_on.isoformat() if draft.effective_on else None,
        "changeset": draft.changeset_id,
        "undoes": draft.undoes,
    }


def _tell(draft: Draft, as_json: bool) -> None:
    show(_figures(draft), as_json=as_json)


def _households(figures: Any) -> str:
    return "-" if figures is None else str(figures["households"])
