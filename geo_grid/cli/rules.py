"""`geo-grid rules`: the rules of repairing that are kept under a name, for `geo-grid import --rules`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from geo_grid.cli.import_words import Answers, CloseGaps, Lead, Overlap, RepairWords, Snap
from geo_grid.cli.output import AsJson
from geo_grid.settings import settings

if TYPE_CHECKING:
    from geo_grid.intake.clean import NamedRules

_Name = Annotated[str, typer.Argument(help="The name they are kept under.", metavar="NAME")]
_ACTOR = "geo-grid rules"

rules = typer.Typer(help="Keep rules of repairing under a name, to be used in imports.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """This group, added to the program."""
    app.add_typer(rules, name="rules")


@rules.command("list")
def show(*, as_json: AsJson = False) -> None:
    """List the rules that are kept, with what each says."""
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.intake.clean import saved_rules

    with reading(engine(settings(), DbRole.LOADER)) as conn:
        kept = saved_rules(conn)
    if as_json:
        typer.echo(json.dumps([one.to_json() for one in kept], ensure_ascii=False))
        return
    for one in kept:
        typer.echo(_line(one))


@rules.command("save")
def save(
    name: _Name,
    *,
    lead: Lead = None,
    snap: Snap = None,
    close_gaps: CloseGaps = None,
    overlap: Overlap = None,
    answer: Answers = None,
) -> None:
    """Keep rules under a name, in place of those that are kept there."""
    from geo_grid.db import DbRole, engine, transaction
    from geo_grid.intake.clean import save_rules

    said = RepairWords(False, (), lead, snap, close_gaps, overlap, answer or ()).rules()
    with transaction(engine(settings(), DbRole.LOADER)) as conn:
        save_rules(conn, name, said, _ACTOR)


@rules.command("forget")
def forget(name: _Name) -> None:
    """Keep the rules of that name no longer."""
    from geo_grid.db import DbRole, engine, transaction
    from geo_grid.intake.clean import forget_rules

    with transaction(engine(settings(), DbRole.LOADER)) as conn:
        forget_rules(conn, name)


def _line(one: NamedRules) -> str:
    """Rules as one line of text, what is not said left out."""
    plain = one.to_json()
    said = {key: plain[key] for key in ("lead", "snap_m", "close_gaps_m", "overlap") if plain[key] is not None}
    words = [f"{key}={value}" for key, value in (said | dict(one.rules.answers)).items()]
    return f"{one.name}: {', '.join(words)}"
