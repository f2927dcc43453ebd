"""The program `geo-grid`: its command groups, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from geo_grid.cli import (
    backup,
    boards,
    check,
    county,
    db,
    due,
    export,
    importing,
    redraw,
    retain,
    rewind,
    rules,
    sample,
    serve,
    statistics,
    user,
    who,
    worker,
    workload,
)
from geo_grid.cli.output import explain_group
from geo_grid.errors import BadInput, GeoGridError, Unavailable

#: What a shell reports for a program stopped by Ctrl-C.
INTERRUPTED = 130

app = typer.Typer(
    name="geo-grid",
    help="Six tiers of service grids kept true, with every household in exactly one of them.",
    epilog="Settings are environment variables: see docs/reference/settings.md.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

GROUPS = (
    db,
    backup,
    serve,
    sample,
    importing,
    county,
    check,
    due,
    export,
    who,
    redraw,
    retain,
    rewind,
    rules,
    user,
    worker,
    workload,
    boards,
)

for group in (*GROUPS, statistics):
    group.register(app)


def main() -> None:
    """The program's end: an exit code by the kind of what went wrong, with one sentence on standard error."""
    try:
        code = app(standalone_mode=False, prog_name="geo-grid")
    except typer.TyperException as misuse:
        code = _fail(_usage_sentence(misuse), BadInput.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        code = _fail("stopped", INTERRUPTED)
    except GeoGridError as error:
        code = _fail(f"{error}{_where(error)}", error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = GeoGridError.exit_code
    except OSError as error:
        code = _fail(_file_sentence(error), Unavailable.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str, code: int) -> int:
    """The exit code, with the sentence said."""
    typer.echo(f"geo-grid: {' '.join(sentence.split())}", err=True)
    return code


def _where(error: GeoGridError) -> str:
    """The place of what was refused, if it has one in degrees."""
    place = getattr(error, "place", None)
    if not place or not (abs(place[0]) <= 180 and abs(place[1]) <= 90):
        return ""
    return f" (at {place[0]:.6f}, {place[1]:.6f})"


def _usage_sentence(misuse: typer.TyperException) -> str:
    """One sentence for a wrong option or argument, with where to read more."""
    context = getattr(misuse, "ctx", None)
    command = context.command_path if context else "geo-grid"
    return f"{misuse.format_message().rstrip('.')} (see `{command} --help`)"


def _file_sentence(error: OSError) -> str:
    """One sentence for a file or a socket that the system refused."""
    reason = (error.strerror or str(error)).lower()
    return f"{error.filename}: {reason}" if error.filename else reason


@app.callback()
def _options(
    context: typer.Context,
    *,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Six tiers of service grids kept true, with every household in exactly one of them."""
    if show_version:
        typer.echo(f"geo-grid {version('geo_grid')}")
        raise typer.Exit
    explain_group(context)
