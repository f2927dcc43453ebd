"""`geo-grid retain` and `geo-grid person`: what is kept long enough goes, and what is held about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from geo_grid.cli.output import AsJson, explain_group, show
from geo_grid.errors import BadInput
from geo_grid.settings import settings

if TYPE_CHECKING:
    from geo_grid.retention import Whom

PROGRAM = "geo-grid person"

group = typer.Typer(name="person", help="What is held about a person: shown, forgotten.", invoke_without_command=True)
group.callback()(explain_group)

WorkerOption = Annotated[str | None, typer.Option("--worker", help="The code of a worker.")]
HouseholdOption = Annotated[str | None, typer.Option("--household", help="The code of a household.")]


def register(app: typer.Typer) -> None:
    """These commands, added to the program."""
    app.command("retain")(retain)
    app.add_typer(group)


def retain(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Let it go, instead of showing what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what has been kept long enough by the settings KEEP_…; with --apply let it go.

    The server does so once a day by itself.
    """
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.retention import due, forget_due

    chosen = settings()
    if apply:
        found = forget_due(chosen)
    else:
        with reading(engine(chosen, DbRole.LOADER)) as conn:
            found = due(conn, chosen)
    show({f"{one.kind} older than {one.days} days": one.count for one in found}, as_json=as_json)


@group.command()
def held(
    *,
    worker: WorkerOption = None,
    household: HouseholdOption = None,
    phone: Annotated[str | None, typer.Option("--phone", help="A phone: who has or had it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show all that is held about somebody, now and in the history."""
    from dataclasses import asdict

    from geo_grid.db import DbRole, engine, reading
    from geo_grid.retention import find_phone, held_about

    with reading(engine(settings(), DbRole.LOADER)) as conn:
        wanted = find_phone(conn, phone) if phone else [_whom(worker, household)]
        for whom, code in wanted:
            show({**asdict(held_about(conn, whom, code)), "whom": whom.name.lower()}, as_json=as_json)
    if not wanted:
        typer.echo("nothing is held about it")


@group.command()
def forget(
    *,
    worker: WorkerOption = None,
    household: HouseholdOption = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept in the journal.")],
) -> None:
    """Take name and phone of a worker, or the phone of a household, out of what stands and out of the history."""
    from geo_grid.db import DbRole, engine, run
    from geo_grid.retention import forget_person

    whom, code = _whom(worker, household)
    count = run(engine(settings(), DbRole.LOADER), lambda conn: forget_person(conn, whom, code, PROGRAM, reason))
    typer.echo(f"{code} forgotten, with {count} images in the history")


def _whom(worker: str | None, household: str | None) -> tuple[Whom, str]:
    """Who is meant."""
    from geo_grid.retention import Whom

    if (worker is None) == (household is None):
        raise BadInput("say who: --worker CODE or --household CODE, one of them")
    return (Whom.WORKER, worker) if worker is not None else (Whom.HOUSEHOLD, household or "")
