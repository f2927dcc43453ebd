"""What becomes of rows when a file was damaged: refused, told, or shown in the list of changes; else it was silent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine
from geo_grid.errors import GeoGridError
from geo_grid.intake import ImportReport, Layer, Options, Standing, Unreadable, load, read, standing_county, validate
from geo_grid.intake.handover import written
from geo_grid.intake.look import seen
from geo_grid.partition import to_lattice
from geo_grid.settings import Settings
from tests import databases
from tests.intake import town

REFUSED, SAME, TOLD, FOUND, HELD, LISTED, SILENT = (
    "refused", "same rows", "told on reading", "found by checks", "held back", "listed as changes", "silent",
)  # fmt: skip
FINE = frozenset({REFUSED, SAME, TOLD, FOUND, HELD, LISTED})


@dataclass(frozen=True)
class Place:
    """The county in which the sound files stand already."""

    settings: Settings
    standing: Standing


@contextmanager
def place_of_the_town(cluster: Cluster, folder: Path) -> Iterator[Place]:
    """A database that holds the town's grids and households."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        files = [
            town.write(town.grids(), folder, "grids", "gpkg"),
            town.write(town.households(), folder, "households", "gpkg"),
        ]
        load(settings, files)
        with engine(settings, DbRole.LOADER).connect() as conn:
            yield Place(settings, standing_county(conn))


def verdict(place: Place, sound: Layer, path: Path) -> str:
    """What somebody who imports the damaged file learns of it, at the first step that says anything.

    Changed letters or coordinates that make other sound ones are no fault that a reader could see; the list of
    changes, which is shown before anything is loaded, must then name every row that differs.
    """
    try:
        layers = read([path])
    except Unreadable:
        return REFUSED
    if len(layers) == 1 and alike(sound, layers[0]):
        return SAME
    if len(layers) > 1 or seen(layers[0], path.name).findings:
        return TOLD
    if validate(layers, Options(), place.standing):
        return FOUND
    try:
        report = load(place.settings, [path], dry_run=True)
    except GeoGridError:
        return HELD
    return LISTED if differing(sound, layers[0]) <= named(report) else SILENT


def alike(sound: Layer, layer: Layer) -> bool:
    """Whether two layers hold the same rows in the same CRS."""
    if len(sound) != len(layer) or (sound.columns, sound.crs) != (layer.columns, layer.crs):
        return False
    pairs = zip(sound.shapes(), layer.shapes(), strict=True)
    return all(one is not None and other is not None and one.equals_exact(other, 0) for one, other in pairs)


def differing(sound: Layer, layer: Layer) -> set[str]:
    """The codes of rows that are not the same in both, on the lattice to which all ground goes."""
    ours, theirs = rows_of(sound), rows_of(layer)
    return {code for code in ours | theirs if ours.get(code) != theirs.get(code)}


def rows_of(layer: Layer) -> dict[str, tuple[Any, ...]]:
    """The rows by their code, which is the first column."""
    shapes = shapely.to_wkb(shapely.normalize(to_lattice(np.array(layer.shapes(), dtype=object))))
    rows = zip(zip(*layer.columns.values(), strict=True), shapes, strict=True)
    # White space around a value is no part of it, whichever it is: that much every reader of fields takes away.
    return {texts[0].strip(): (*map(str.strip, texts[1:]), shape) for texts, shape in rows}


def named(report: ImportReport) -> set[str]:
    """The codes that the list of changes names."""
    codes: set[str] = set()
    for one in report.diff.nouns.values():
        codes |= {*one.new_codes, *one.gone_codes, *(change.code for change in one.changes), *chain(*one.renamed)}
    return codes


def told_alike(path: Path, other: Any) -> bool:
    """Whether another reader says of a file just what reading here says."""
    return bool(_answer(path, None) == _answer(path, other))


def _answer(path: Path, reader: Any) -> bytes | str:
    """The layers of a file as bytes, or why it is refused."""
    try:
        return written(read([path], None, reader))
    except Unreadable as refusal:
        return str(refusal)
