"""Layers written to files that others can read, and that come back in unchanged."""

from __future__ import annotations

import os
import tempfile
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from geo_grid.errors import BadInput, NotFound, Refused
from geo_grid.phones import Holder, vault_of
from geo_grid.publish import store
from geo_grid.publish.nouns import NOUNS, Column, Noun
from geo_grid.vocabulary import Tier

FORMATS = ("gpkg", "shp", "geojson", "parquet", "csv", "xlsx")
LANGUAGES = ("zh", "en")
TABLES = ("csv", "xlsx")
#: Formats that have no place for a layer without shapes.
ONLY_SHAPES = ("shp", "geojson")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: the file or files, the number of rows, the layers in it."""

    paths: tuple[Path, ...]
    rows: int
    layers: tuple[str, ...]


def export(  # noqa: PLR0913 - one keyword for each choice of the command
    conn: Connection,
    what: str,
    file_format: str,
    out: Path,
    *,
    tier: Tier | None = None,
    lang: str = "zh",
    with_phones: bool = False,
    force: bool = False,
) -> Exported:
    """Writes the layer `what` to `out`; the file is there whole or not at all.

    Coordinates are the stored ones, bit for bit, in gpkg, shp and parquet; GeoJSON has them in longitude and latitude
    to 10 digits (RFC 7946), csv and xlsx to 9. A shapefile of several kinds of geometry becomes one file for each.
    People's phones are only written `with_phones`.

    Raises `BadInput` for a choice that does not exist, `Refused` when `out` exists and `force` is not given.
    """
    noun = _chosen(what, file_format, lang, tier)
    _check_target(out, file_format, force)
    columns = [column for column in noun.columns if with_phones or not column.personal]
    rows = store.export_rows(conn, noun.query, tier.code if tier else None)
    if with_phones and noun.phones_of is not None:
        rows = _opened(conn, rows, noun.phones_of)
    srid = store.county_srid(conn)
    if srid is None:
        raise NotFound("there is no county yet: import its grids first")
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
        layers = _write(rows, noun, columns, file_format, lang, srid, Path(folder) / out.name)
        paths = _move_in(Path(folder), out, force)
    return Exported(paths, len(rows), layers)


def _opened(conn: Connection, rows: Sequence[Any], holder: Holder) -> Sequence[Any]:
    """The rows with their phones as they can be dialled; raises `WrongKey`."""
    if not rows:
        return rows
    vault, kind = vault_of(conn), namedtuple("Opened", rows[0]._fields)
    return [kind(**{**row._mapping, "phone": vault.open(holder, row[0] or "", row.phone)}) for row in rows]


def _chosen(what: str, file_format: str, lang: str, tier: Tier | None) -> Noun:
    """The noun; raises `BadInput` for a choice that does not exist."""
    nouns = {noun.name: noun for noun in NOUNS}
    noun = nouns.get(what)
    if noun is None:
        raise BadInput(f"{what!r} cannot be exported: choose one of {', '.join(nouns)}")
    if file_format not in FORMATS:
        raise BadInput(f"{file_format!r} is not a format of exports: choose one of {', '.join(FORMATS)}")
    if lang not in LANGUAGES:
        raise BadInput(f"{lang!r} is not a language of exports: choose one of {', '.join(LANGUAGES)}")
    if noun.geometry is None and file_format in ONLY_SHAPES:
        raise BadInput(f"{what} have no shapes: choose csv, xlsx, gpkg or parquet")
    if tier is not None and not noun.has_tier:
        raise BadInput(f"{what} are of no tier: leave out --tier")
    return noun


def _check_target(out: Path, file_format: str, force: bool) -> None:
    """Raises when `out` cannot be written to."""
    if not out.parent.is_dir():
        raise BadInput(f"there is no folder {out.parent}: make it first")
    if out.is_dir():
        raise BadInput(f"{out} is a folder: name a file in it")
    if file_format == "shp" and out.suffix.lower() not in {".shp", ".zip"}:
        raise BadInput(f"{out.name} is no name for a shapefile: let it end in .zip or .shp")
    if out.exists() and not force:
        raise Refused(f"{out} exists: give another name, or --force to replace it")


def _write(
    rows: Sequence[Row[Any]],
    noun: Noun,
    columns: Sequence[Column],
    file_format: str,
    lang: str,
    srid: int,
    path: Path,
) -> tuple[str, ...]:
    """Writes the rows to `path`, a shapefile beside it or in it; gives the names of the layers."""
    from geo_grid.publish import formats, frames

    if noun.geometry is None:
        frame = frames.table(rows, columns, lang)
    elif file_format in TABLES:
        frame = frames.placed(rows, columns, lang, noun, srid)
    else:
        frame = frames.shaped(rows, columns, lang, srid)
    if file_format != "shp":
        return formats.WRITERS[file_format](frame, path, noun.layer)
    if not formats.fits_gbk(frame):
        # A DBF in UTF-8 has no room for Chinese headers: four characters take 12 of its 10 bytes.
        frame = frames.shaped(rows, columns, "en", srid)
    if path.suffix.lower() == ".zip":
        return formats.write_zipped_shapefiles(frame, path, noun.layer, mixed=noun.geometry == "")
    return formats.write_shapefiles(frame, path.parent, path.stem, mixed=noun.geometry == "")


def _move_in(folder: Path, out: Path, force: bool) -> tuple[Path, ...]:
    """Puts the finished files beside one another into `out`'s folder; gives their places."""
    made = sorted(file for file in folder.iterdir() if file.is_file())
    places = [out.parent / file.name for file in made]
    taken = [place for place in places if place.exists()]
    if taken and not force:
        raise Refused(f"{taken[0]} exists: give another name, or --force to replace it")
    for file, place in zip(made, places, strict=True):
        os.replace(file, place)  # noqa: PTH105 - says that it replaces
    return tuple(places)
