"""`geo-grid db`: the local cluster, its schema and its tiles."""

from __future__ import annotations

from dataclasses import asdict

import typer

from geo_grid.cli.output import AsJson, explain_group, show
from geo_grid.errors import Refused, Unavailable
from geo_grid.settings import Settings, settings

group = typer.Typer(name="db", help="The database: start, stop, status, upgrade.", invoke_without_command=True)
group.callback()(explain_group)


def register(app: typer.Typer) -> None:
    """This group, added to the program."""
    app.add_typer(group)


class NotOurs(Refused):
    """The database is an existing one, which its own administrator starts and stops."""

    def __init__(self) -> None:
        super().__init__("GEO_GRID_DATABASE_URL names a database that is not ours to stop: unset it, or stop it there")


def start_and_upgrade(chosen: Settings) -> None:
    """A database that answers and has today's schema; only a local one is started."""
    from geo_grid.cluster import Cluster
    from geo_grid.db import upgrade

    if chosen.database_url is None:
        Cluster(chosen.home).start()
    upgrade(chosen)


@group.command()
def start() -> None:
    """Start the local database, making it if it is not there, and bring its schema up to date."""
    start_and_upgrade(settings())
    typer.echo("the database is ready")


@group.command()
def stop() -> None:
    """Stop the local database."""
    from geo_grid.cluster import Cluster

    if settings().database_url is not None:
        raise NotOurs
    Cluster(settings().home).stop()
    typer.echo("the database is stopped")


@group.command()
def status(*, as_json: AsJson = False) -> None:
    """Tell where the database is, whether it answers, and whether its schema is this program's."""
    cluster = _cluster_figures(settings())
    answers = cluster["server"] in ("running", "external")
    show({**cluster, **(_schema_figures(settings()) if answers else {})}, as_json=as_json)


@group.command(name="upgrade")
def upgrade_schema() -> None:
    """Bring the schema of a running database up to date."""
    from geo_grid.db import upgrade

    report = upgrade(settings())
    typer.echo(f"schema {report.after}: " + ("brought up to date" if report.changed else "nothing to do"))


@group.command()
def prepare_tiles(*, as_json: AsJson = False) -> None:
    """Simplify the net for the map; tiles are right without it, and faster with it."""
    from geo_grid import publish
    from geo_grid.db import DbRole, engine, transaction

    with transaction(engine(settings(), DbRole.LOADER)) as conn:
        report = publish.prepare_tiles(conn)
    show(asdict(report), as_json=as_json)


def _cluster_figures(chosen: Settings) -> dict[str, object]:
    """What is known of the server without asking it."""
    from geo_grid.cluster import Cluster

    if chosen.database_url is not None:
        return {"server": "external"}
    found = Cluster(chosen.home).status()
    return {"server": found.state.value, "data": str(found.data), "postgres": found.postgres, "pid": found.pid}


def _schema_figures(chosen: Settings) -> dict[str, object]:
    """What the server says of its schema, or the sentence in which it did not."""
    from geo_grid.db import schema_status

    try:
        schema = schema_status(chosen)
    except Unavailable as failure:
        return {"schema": None, "problem": str(failure)}
    return {"schema": schema.found, "schema_wanted": schema.wanted, "schema_is_current": schema.is_current}
