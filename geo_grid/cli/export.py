"""`geo-grid export`: a layer of the county written to a file."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from geo_grid.cli.output import AsJson, show
from geo_grid.errors import BadInput
from geo_grid.settings import settings
from geo_grid.vocabulary import Tier


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command(name="export")(export_layer)


class TierUnknown(BadInput):
    """No tier is called that."""

    def __init__(self, name: str) -> None:
        tiers = ", ".join(f"{tier.code} ({tier.zh})" for tier in Tier)
        super().__init__(f"there is no tier {name!r}: choose one of {tiers}")


def tier_named(name: str | None) -> Tier | None:
    """The tier with that code or name in either language; None stays None. Raises `TierUnknown`."""
    if name is None:
        return None
    wanted = name.strip().casefold()
    for tier in Tier:
        if wanted in {tier.code.casefold(), tier.zh, tier.en.casefold()}:
            return tier
    raise TierUnknown(name)


def _note_phones(what: str, out: Path) -> None:
    """Write into the journal that phones leave the database, before they do."""
    from geo_grid.db import DbRole, engine, run
    from geo_grid.journal import NewEntry, enter

    entry = NewEntry(
        "geo-grid export", "phones-exported", what, {"file": str(out.resolve()), "user": getpass.getuser()}
    )
    run(engine(settings(), DbRole.ACCESS), lambda conn: enter(conn, entry))


def export_layer(  # noqa: PLR0913 - one parameter for each option
    what: Annotated[str, typer.Argument(help="grids, households, risk-sites, workers or facilities.")],
    file_format: Annotated[str, typer.Option("--format", help="gpkg, shp, geojson, parquet, csv or xlsx.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write; for shp it may end in .zip.")],
    *,
    tier: Annotated[str | None, typer.Option("--tier", help="Only what lies in grids of this tier.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="The language of headers and words: zh or en.")] = "zh",
    with_phones: Annotated[bool, typer.Option("--with-phones", help="Write people's phones too.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write grids, households, risk sites, workers or facilities to a file that others can read."""
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.publish import export

    wanted = tier_named(tier)
    if with_phones:
        _note_phones(what, out)
    with reading(engine(settings(), DbRole.WEB)) as conn:
        done = export(conn, what, file_format, out, tier=wanted, lang=lang, with_phones=with_phones, force=force)
    figures = {"files": [str(path) for path in done.paths], "layers": list(done.layers), "rows": done.rows}
    if as_json:
        show(figures, as_json=True)
    else:
        typer.echo(f"{done.rows} rows written to {', '.join(map(str, done.paths))}")
