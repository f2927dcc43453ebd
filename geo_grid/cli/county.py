"""`geo-grid county`: what the county is called and how much is in it."""

from __future__ import annotations

from typing import Annotated

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.settings import settings


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("county")(county)


def county(
    name: Annotated[str | None, typer.Option(help="Call the county this; the map's title follows.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the county's name and figures, or give it another name."""
    from geo_grid.db import DbRole, engine
    from geo_grid.publish import tier_tree

    chosen = settings()
    if name is not None:
        from geo_grid.db import transaction
        from geo_grid.grids import name_county
        from geo_grid.journal import NewChangeset

        change = NewChangeset("geo-grid county", "edit", f"named the county {name}")
        with transaction(engine(chosen, DbRole.LOADER), changeset=change) as conn:
            name_county(conn, name)
    with engine(chosen, DbRole.WEB).connect() as conn:
        tree = tier_tree(conn)
    figures = {"name": tree.name or None, **{tier.tier.lower(): tier.grids for tier in tree.tiers}}
    show({**figures, "households": tree.households}, as_json=as_json)
