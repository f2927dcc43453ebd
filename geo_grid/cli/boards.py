"""`geo-grid boards`: the signs of many grids, or map sheets of places, printed into one archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo_grid.errors import BadInput
from geo_grid.settings import settings


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("boards")(boards)


def boards(  # noqa: PLR0913  (an option each)
    out: Annotated[Path, typer.Option("--out", help="The archive (.zip) to write.")],
    *,
    tier: Annotated[str, typer.Option("--tier", help="The tier of the grids: MICRO, SPECIAL, GROUP, SUB, …")] = "MICRO",
    under: Annotated[str | None, typer.Option("--under", help="Only grids in this one (its code).")] = None,
    sheets: Annotated[bool, typer.Option("--sheets", help="Print A3 map sheets of these grids instead.")] = False,
    paper: Annotated[str, typer.Option("--paper", help="A4 or A3.")] = "A4",
    lang: Annotated[str, typer.Option("--lang", help="zh or en.")] = "zh",
    phones: Annotated[str, typer.Option("--phones", help="none, masked or full.")] = "masked",
    address: Annotated[
        str | None, typer.Option("--address", help="Where the QR codes lead: the site's address.")
    ] = None,
) -> None:
    """Print a board for every grid of a tier, a PDF for each village, all in one archive."""
    from geo_grid.boards import PAPERS, Phones, Series, Wish, print_series, read_source
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.vocabulary import Tier

    for name, given, known in (
        ("tier", tier, Tier.__members__),
        ("paper", paper, PAPERS),
        ("lang", lang, ("zh", "en")),
    ):
        if given not in known:
            raise BadInput(f"--{name} takes one of {', '.join(known)}, not {given}")
    if phones not in {one.value for one in Phones}:
        raise BadInput(f"--phones takes none, masked or full, not {phones}")
    ours = settings()
    wish = Wish(paper, lang, Phones(phones), address or f"http://{ours.host}:{ours.port}")
    with reading(engine(ours, DbRole.LOADER)) as conn:
        source = read_source(conn)
    series = Series(Tier[tier], under, "sheets" if sheets else "boards")
    count = print_series(source, series, wish, out, lambda done, total: typer.echo(f"{done} / {total}", err=True))
    typer.echo(f"{count} printed into {out}")
