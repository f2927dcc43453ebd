"""`geo-grid statistics`: the figures of places, on the screen or into a file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from geo_grid.cli.output import AsJson
from geo_grid.errors import BadInput
from geo_grid.settings import settings


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("statistics")(statistics)


def statistics(
    tier: Annotated[str, typer.Option("--tier", help="The tier of the places: TOTAL, SUB, …")] = "TOTAL",
    under: Annotated[str | None, typer.Option("--under", help="Only places in this grid (its code).")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write them to this file, .csv or .xlsx.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the figures of each grid of a tier, each with all that lies in it."""
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.publish import place_figures, write_figures
    from geo_grid.vocabulary import Tier

    if tier not in Tier.__members__:
        raise BadInput(f"there is no tier {tier}: choose one of {', '.join(Tier.__members__)}")
    ours = settings()
    with reading(engine(ours, DbRole.LOADER)) as conn:
        lines = place_figures(conn, Tier[tier], under)
    if out is not None:
        write_figures(lines, out, lang="en" if ours.locale == "en" else "zh")
        typer.echo(f"{len(lines)} places written to {out}")
    elif as_json:
        typer.echo(json.dumps({"tier": tier, "places": [asdict(line) for line in lines]}, ensure_ascii=False))
    else:
        for line in lines:
            typer.echo(
                f"{line.code:<24} {line.households:>8,} households {line.contacted:>8,} with a contact "
                f"{line.filled:>6,} of {line.posts:,} posts filled  {line.name}"
            )
