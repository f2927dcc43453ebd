"""The demo: the sample county, loaded through the importer into a database that has no grid yet, and its accounts."""

from __future__ import annotations

from pathlib import Path

import typer

from geo_grid.errors import NotFound
from geo_grid.settings import Settings

SHAPES = Path(__file__).resolve().parent.parent.parent / "sample_shapes"


class ShapesMissing(NotFound):
    """The folder of sample files is not beside the program."""


def fill_if_empty(chosen: Settings) -> None:
    """A database with at least one grid; an empty one gets the sample county, its tiles and the demo's accounts."""
    from geo_grid.db import DbRole, engine
    from geo_grid.publish import tier_tree

    with engine(chosen, DbRole.WEB).connect() as conn:
        tiers = tier_tree(conn).tiers
    if not any(tier.grids for tier in tiers):
        _fill(chosen)
        mark_as_demo(chosen)
        _fill_field(chosen)


def mark_as_demo(chosen: Settings) -> None:
    """A database that is marked as a demo and has its accounts, one for each role."""
    from geo_grid.access import make_demo
    from geo_grid.db import DbRole, engine, run
    from geo_grid.publish import children
    from geo_grid.vocabulary import Tier

    with engine(chosen, DbRole.WEB).connect() as conn:
        townships = children(conn, None)
        villages = children(conn, townships[0].code) if townships else []
    # A special grid can lie directly in a township, but nobody looks after one alone.
    villages = tuple(node for node in villages if node.tier == Tier.SUB.code)
    grounds = [nodes[0].code if nodes else None for nodes in (townships, villages)]
    access = engine(chosen, DbRole.ACCESS)
    run(access, lambda conn: make_demo(conn, township=grounds[0], village=grounds[1], by="make run"))


def demo_passwords(chosen: Settings) -> str | None:
    """The demo accounts and their password, to be told to whoever started the server; None when this is no demo."""
    from geo_grid.access import DEMO_PASSWORD, demo_accounts
    from geo_grid.db import DbRole, engine

    with engine(chosen, DbRole.ACCESS).connect() as conn:
        accounts = demo_accounts(conn)
    if not accounts:
        return None
    names = ", ".join(account.username for account in accounts)
    return f"{names} — password of all: {DEMO_PASSWORD}"


def _fill_field(chosen: Settings) -> None:
    """What happened in the field of the sample county, and the worker whom the grid worker's account stands for."""
    from geo_grid.access import AccountRole, account_named, username_of
    from geo_grid.db import DbRole, engine, transaction
    from geo_grid.journal import NewChangeset
    from geo_grid.sample.field import fill_field, village_leader
    from geo_grid.visits import set_worker_of_account

    with engine(chosen, DbRole.ACCESS).connect() as conn:
        account = account_named(conn, username_of(AccountRole.GRID_WORKER))
    filled = NewChangeset("make run", "setup", "filled the sample county's field work in")
    with transaction(engine(chosen, DbRole.LOADER), changeset=filled) as conn:
        fill_field(conn, "make run")
        village = next((one.grid for one in account.given if one.grid), None)
        set_worker_of_account(conn, account.id, village_leader(conn, village) if village else None)


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
