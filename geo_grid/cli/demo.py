"""The sample county, loaded through the importer into a database that has no grid yet."""

from __future__ import annotations

from pathlib import Path

import typer

from geo_grid.errors import NotFound
from geo_grid.settings import Settings

SHAPES = Path(__file__).resolve().parent.parent.parent / "sample_shapes"


class ShapesMissing(NotFound):
    """The folder of sample files is not beside the program."""


def fill_if_empty(chosen: Settings) -> None:
    """A database with at least one grid; an empty one gets the sample county and its tiles."""
    from geo_grid.db import DbRole, engine
    from geo_grid.publish import tier_tree

    with engine(chosen, DbRole.WEB).connect() as conn:
        tiers = tier_tree(conn).tiers
    if not any(tier.grids for tier in tiers):
        _fill(chosen)


def _fill(chosen: Settings) -> None:
    """The sample county, imported, and its tiles made ready."""
    from geo_grid.db import DbRole, engine, transaction
    from geo_grid.grids import name_county
    from geo_grid.intake import load
    from geo_grid.journal import NewChangeset
    from geo_grid.publish import prepare_tiles

    files = sorted(path for path in SHAPES.glob("*") if path.suffix in {".zip", ".xlsx"})
    if not files:
        raise ShapesMissing(f"there are no sample files in {SHAPES}: write them with `geo-grid sample --out {SHAPES}`")
    typer.echo(f"loading the sample county from {SHAPES} …")
    typer.echo(load(chosen, files, actor="make run").to_text())
    named = NewChangeset("make run", "setup", "named the sample county")
    with transaction(engine(chosen, DbRole.LOADER), changeset=named) as conn:
        name_county(conn, "示例县")
        prepare_tiles(conn)
