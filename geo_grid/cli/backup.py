"""`geo-grid db backup`, `restore` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo_grid.cli.db import group
from geo_grid.cli.output import AsJson, show
from geo_grid.errors import Refused
from geo_grid.settings import settings

if TYPE_CHECKING:
    from geo_grid.db.backup import Comparison, Manifest

File = Annotated[Path, typer.Argument(help="The backup's file.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]


class Differs(Refused):
    """A database and a backup do not hold the same."""

    def __init__(self, compared: Comparison) -> None:
        tables = ", ".join(f"{name} ({then} rows then, {now} now)" for name, (then, now) in compared.differing.items())
        super().__init__(f"the database differs from the backup of {compared.manifest.made_at} in {tables}")


def register(_app: typer.Typer) -> None:
    """Nothing more: the commands are added to the group `db`."""


@group.command()
def backup(file: File, *, force: Force = False, as_json: AsJson = False) -> None:
    """Write the whole database to FILE, as of one moment; keys in HOME are not in it."""
    from geo_grid.db.backup import back_up

    manifest = back_up(settings(), file, force=force)
    show({"file": str(file), "bytes": file.stat().st_size, **_figures(manifest)}, as_json=as_json)


@group.command()
def restore(file: File, *, as_json: AsJson = False) -> None:
    """Bring a backup into an empty database, and hold the two against each other."""
    from geo_grid.cluster import Cluster
    from geo_grid.db.backup import restore as bring_back

    if settings().database_url is None:
        Cluster(settings().home).start()
    compared = bring_back(settings(), file)
    _tell(compared, as_json=as_json)


@group.command()
def verify(file: File, *, as_json: AsJson = False) -> None:
    """Tell whether the database and a backup hold the same, to the last byte."""
    from geo_grid.db.backup import verify as hold_against

    _tell(hold_against(settings(), file), as_json=as_json)


def _tell(compared: Comparison, *, as_json: bool) -> None:
    """The figures; a difference ends the program with its sentence."""
    show(
        {"same": compared.is_same, "differing": dict(compared.differing), **_figures(compared.manifest)},
        as_json=as_json,
    )
    if not compared.is_same:
        raise Differs(compared)


def _figures(manifest: Manifest) -> dict[str, object]:
    """What is told of a backup."""
    return {"made_at": manifest.made_at, "tables": len(manifest.tables), "rows": manifest.rows}
