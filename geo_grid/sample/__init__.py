"""The synthetic county: makes it, and writes it as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from geo_grid.errors import BadInput
from geo_grid.sample.county import STAGES, SampleCounty, make_county
from geo_grid.sample.files import FILE_NAMES, prepare_folder, write_counties
from geo_grid.sample.size import MOST_COUNTIES, SOURCE_COUNTY, CountySize, size_for

DEFAULT_SEED = 12

__all__ = [
    "DEFAULT_SEED",
    "FILE_NAMES",
    "SOURCE_COUNTY",
    "STAGES",
    "CountySize",
    "SampleCounty",
    "check_request",
    "make_counties",
    "make_county",
    "prepare_folder",
    "size_for",
    "write_sample",
]


def check_request(counties: int, seed: int) -> None:
    """Nothing, when so many counties can be made of that seed.

    Raises
    ------
    BadInput
        When `counties` or `seed` is out of range.
    """
    if not 1 <= counties <= MOST_COUNTIES:
        raise BadInput(f"--counties {counties} is out of range: choose 1 to {MOST_COUNTIES}")
    if seed < 0:
        raise BadInput(f"--seed {seed} is negative: choose 0 or more")


def make_counties(
    size: CountySize, *, counties: int = 1, seed: int = DEFAULT_SEED, advance: Callable[[str], None] = lambda _: None
) -> list[SampleCounty]:
    """So many counties side by side; the first of them is the same however many there are.

    Raises `BadInput` as `check_request` does.
    """
    check_request(counties, seed)
    return [
        make_county(np.random.default_rng([seed, number]), size, number=number, advance=advance)
        for number in range(counties)
    ]


def write_sample(
    folder: Path,
    size: CountySize = SOURCE_COUNTY,
    *,
    counties: int = 1,
    seed: int = DEFAULT_SEED,
    advance: Callable[[str], None] = lambda _: None,
) -> list[SampleCounty]:
    """The counties made, after writing them into `folder`; raises before it writes when something is not right."""
    check_request(counties, seed)
    prepare_folder(folder)
    made = make_counties(size, counties=counties, seed=seed, advance=advance)
    advance("files")
    write_counties(folder, made, command_for(size, counties, seed))
    return made


def command_for(size: CountySize, counties: int, seed: int) -> str:
    """The command line that writes such a sample."""
    options = ""
    if size.households != SOURCE_COUNTY.households:
        options += f" --households {size.households}"
    if counties != 1:
        options += f" --counties {counties}"
    if seed != DEFAULT_SEED:
        options += f" --seed {seed}"
    return f"geo-grid sample --out DIR{options}"
