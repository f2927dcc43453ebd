"""What commands print: figures as lines for people or as one JSON object for programs, and the help of a group."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from geo_grid.errors import BadInput

#: The option of every command that prints figures.
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")]


def show(figures: Mapping[str, object], *, as_json: bool) -> None:
    """The figures on standard output."""
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False, default=str))
        return
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        typer.echo(f"{name.replace('_', ' '):<{width}}  {_readable(value)}")


def _readable(value: object) -> object:
    """A figure as people read it."""
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "-"
    return f"{value:,.2f}" if isinstance(value, float) else value


def explain_group(context: typer.Context) -> None:
    """Nothing, or the help of a command group that was called without a command."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(BadInput.exit_code)
