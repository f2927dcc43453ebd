"""`geo-grid sample`: writes a synthetic county, or several side by side, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("sample")(sample)


def sample(
    out: Annotated[Path, typer.Option("--out", help="The folder to write into: new, empty, or an earlier sample.")],
    households: Annotated[int, typer.Option("--households", help="Households in each county.")] = 28_500,
    counties: Annotated[int, typer.Option("--counties", help="How many counties, side by side.")] = 1,
    seed: Annotated[int | None, typer.Option("--seed", help="Another seed, another county.")] = None,
) -> None:
    """Write a synthetic county (or several side by side) as zipped shapefiles; the same seed gives the same bytes."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from geo_grid.sample import DEFAULT_SEED, STAGES, check_request, prepare_folder, size_for, write_sample

    size = size_for(households)
    seed = DEFAULT_SEED if seed is None else seed
    check_request(counties, seed)
    prepare_folder(out)
    columns = (TextColumn("{task.description:12}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("start", total=len(STAGES) * counties + 1)

        def advance(stage: str) -> None:
            progress.update(task, description=stage, advance=1)

        made = write_sample(out, size, counties=counties, seed=seed, advance=advance)
    grids = sum(len(county.codes) for county in made)
    doors = sum(len(county.doors.leaf) for county in made)
    typer.echo(
        f"{out}: {len(made)} {'county' if len(made) == 1 else 'counties'}, {grids:,} grids, {doors:,} households"
    )
