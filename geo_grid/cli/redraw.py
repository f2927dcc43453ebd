"""`geo-grid redraw`: redraws listed, shown, handed in, approved, brought into force and undone."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

import typer

from geo_grid.cli import redraw_drawing, redraw_sheet
from geo_grid.cli.output import AsJson, explain_group, show
from geo_grid.cli.redraw_desk import As, Number, act, figures_of, look, tell
from geo_grid.clock import today
from geo_grid.errors import BadInput

group = typer.Typer(
    name="redraw", help="Redraws: list, show, draw, hand in, approve, apply.", invoke_without_command=True
)
group.callback()(explain_group)
redraw_drawing.register(group)
redraw_sheet.register(group)


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
    found = look(account, lambda conn, who: redraw.list_drafts(conn, who, stage=chosen, limit=200))
    if as_json:
        typer.echo(json.dumps({"redraws": [figures_of(draft) for draft in found]}, ensure_ascii=False))
        return
    for draft in found:
        typer.echo(f"{draft.id:>5}  {draft.stage.zh}  {draft.changed_at:%Y-%m-%d}  {draft.author}  {draft.name}")


@group.command()
def submit(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Hand a draft in for approval."""
    from geo_grid import redraw

    tell(act(account, lambda conn, who: redraw.submit(conn, number, who)), as_json)


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

    tell(act(account, lambda conn, who: redraw.field_check(conn, number, who, note)), as_json)


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
    tell(act(account, lambda conn, who: redraw.approve(conn, number, who, day)), as_json)


@group.command()
def refuse(
    number: Number,
    reason: Annotated[str, typer.Argument(help="What should be different.")],
    account: As = None,
    as_json: AsJson = False,
) -> None:
    """Refuse a redraw, with a reason."""
    from geo_grid import redraw

    tell(act(account, lambda conn, who: redraw.refuse(conn, number, who, reason)), as_json)


@group.command()
def withdraw(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Take a redraw back."""
    from geo_grid import redraw

    tell(act(account, lambda conn, who: redraw.withdraw(conn, number, who)), as_json)


@group.command()
def reopen(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Make a redraw a draft again."""
    from geo_grid import redraw

    tell(act(account, lambda conn, who: redraw.reopen(conn, number, who)), as_json)


@group.command()
def apply(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Bring an approved redraw into force."""
    from geo_grid import redraw

    done = act(account, lambda conn, who: redraw.apply(conn, number, who))
    show({"changeset": done.changeset_id, "version": done.version, "grids": list(done.codes)}, as_json=as_json)


@group.command("apply-due")
def apply_due(account: As = None, as_json: AsJson = False) -> None:
    """Bring every approved redraw into force whose day has come; for a timer."""
    from geo_grid import redraw

    waiting = look(account, lambda conn, _who: redraw.due(conn, today()))
    for number in waiting:
        act(account, lambda conn, who, number=number: redraw.apply(conn, number, who))
    show({"applied": waiting}, as_json=as_json)


@group.command()
def undo(number: Number, account: As = None, as_json: AsJson = False) -> None:
    """Undo an applied redraw by a new one."""
    from geo_grid import redraw

    done = act(account, lambda conn, who: redraw.undo_applied(conn, number, who))
    figures = {"redraw": done.draft.id, "changeset": done.changeset_id, "version": done.version}
    show({**figures, "grids": list(done.codes)}, as_json=as_json)


def _stage(code: str) -> Any:
    from geo_grid.redraw import Stage

    try:
        return Stage[code.upper().replace("-", "_")]
    except KeyError:
        raise BadInput(f"{code} is no stage: use one of {', '.join(one.code for one in Stage)}") from None


def _day(text: str | None) -> date:
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is no day: write it as 2026-12-01") from None
