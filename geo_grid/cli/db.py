"""`geo-grid db`: the local cluster, its schema and its tiles."""

from __future__ import annotations

import typer

from geo_grid.cli.output import explain_group
from geo_grid.errors import Refused
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
