"""Files of any kind we read, as layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from geo_grid.checks.finding import Finding
from geo_grid.errors import NotFound
from geo_grid.intake.archive import Archive, Member
from geo_grid.intake.choices import NO_CHOICES, Choices, called_so
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.dbf import read_dbf
from geo_grid.intake.encoding import Claims, chosen
from geo_grid.intake.geojson import read_geojson
from geo_grid.intake.geopackage import read_geopackage
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.parquet import read_parquet
from geo_grid.intake.retire.choice import Retiring
from geo_grid.intake.rows import joined, without_places
from geo_grid.intake.shapefile import kind_of_shp, read_shapes
from geo_grid.intake.spreadsheet import read_csv, read_xlsx
from geo_grid.vocabulary import Tier

#: What a folder is searched for; everything else in it is left alone.
KINDS = (".zip", ".shp", ".dbf", ".gpkg", ".geojson", ".json", ".csv", ".xlsx", ".parquet")
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
MOST_FILE_BYTES = 2 << 30
MOST_PRJ_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class Options:
    """What a user says about the files.

    `fields` maps our field name to theirs; `noun` says what the layers hold when that cannot be seen.
    `choices` are settled for single files and layers and win over the rest; `names` are what messages call files that
    lie on disk under names of ours. `repairs` are the rules of cleaning, and which repairs are accepted,
    `retiring` what is retired of what the files do not hold.
    """

    tier: Tier | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    crs: str | None = None
    noun: str | None = None
    choices: Choices = NO_CHOICES
    names: Mapping[str, str] = field(default_factory=dict)
    repairs: CleaningRules = field(default_factory=CleaningRules)
    retiring: Retiring = field(default_factory=Retiring)


#: Reads the layers of one file.
Reader = Callable[[Path, Options], Iterable[Layer]]


def read(paths: Sequence[Path], options: Options | None = None, reader: Reader | None = None) -> list[Layer]:
    """Every layer of the files, and of the files in the folders, in the order given.

    `reader` reads one file; files that somebody sent are read by `sandbox.layers_of`, in a process of its own.
    Raises `Unreadable` for a file that is none of the kinds we read or is damaged, `NotFound` for a missing one.
    """
    options = options or Options()
    found = [layer for path in paths for file in files_of(path) for layer in (reader or layers_of)(file, options)]
    return [layer for one in found if (layer := options.choices.settled(one)) is not None]


def files_of(path: Path) -> list[Path]:
    """The file itself, or those of a folder. Raises `NotFound` and `Unreadable`."""
    if not path.exists():
        raise NotFound(f"{path}: there is no such file or folder")
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in KINDS and file.is_file())
    shapefiles = {file.stem.casefold() for file in found if file.suffix.lower() == ".shp"}
    found = [file for file in found if file.suffix.lower() != ".dbf" or file.stem.casefold() not in shapefiles]
    if not found:
        raise Unreadable(str(path), "the folder holds none of %(kinds)s", kinds=", ".join(KINDS))
    return found


def layers_of(path: Path, options: Options) -> Iterator[Layer]:
    """The layers of one file, by its name's ending. Raises `Unreadable`."""
    called = options.names.get(path.name, path.name)
    encoding = chosen(options.choices.encodings.get(called, options.encoding), called)
    if called == path.name:
        yield from _layers(path, encoding)
        return
    try:
        for layer in _layers(path, encoding):
            yield called_so(layer, path, called)
    except Unreadable as wrong:
        raise Unreadable(wrong.source.replace(path.name, called, 1), wrong.says, **wrong.facts) from wrong


def _layers(path: Path, encoding: str | None) -> Iterator[Layer]:
    """The layers of one file, by its name's ending."""
    match path.suffix.lower():
        case ".zip":
            yield from _zipped(_content(path), path.name, encoding)
        case ".shp":
            yield _shapefile(_beside(path), path.name, path.stem, encoding)
        case ".dbf":
            table = read_dbf(_content(path), path.name, Claims(encoding, _cpg_beside(path)))
            yield without_places(table, path.name, path.stem)
        case ".gpkg":
            _content(path, only_first=True)
            yield from read_geopackage(path)
        case ".parquet":
            _content(path, only_first=True)
            yield read_parquet(path)
        case ".geojson" | ".json":
            yield read_geojson(_content(path), path.name, path.stem)
        case ".csv":
            yield read_csv(_content(path), path.name, path.stem, encoding)
        case ".xlsx":
            yield from read_xlsx(_content(path), path.name)
        case _:
            raise Unreadable(path.name, "this kind of file is not read: give one of %(kinds)s", kinds=", ".join(KINDS))


def _content(path: Path, *, only_first: bool = False) -> bytes:
    """The file's bytes; raises when it is empty, too large or may not be read."""
    try:
        size = path.stat().st_size
        if size > MOST_FILE_BYTES:
            raise Unreadable(path.name, "the file is larger than %(most)s GB: split it", most=MOST_FILE_BYTES >> 30)
        with path.open("rb") as file:
            content = file.read(16 if only_first else -1)
    except PermissionError as wrong:
        raise Unreadable(str(path), "the file may not be read: change its permissions") from wrong
    except OSError as wrong:
        raise Unreadable(str(path), "the file cannot be read: %(wrong)s", wrong=str(wrong.strerror)) from wrong
    if not content:
        raise Unreadable(path.name, "the file is empty")
    return content


def _beside(path: Path) -> dict[str, bytes]:
    """The parts of a shapefile on disk, by ending, whatever the case of their names."""
    parts = {}
    for file in sorted(path.parent.iterdir()):
        if file.stem.casefold() == path.stem.casefold() and file.suffix.lower() in _PARTS and file.is_file():
            parts[file.suffix.lower()] = (
                file.read_bytes() if file.suffix.lower() in {".cpg", ".shx"} else _content(file)
            )
    return parts


def _cpg_beside(path: Path) -> bytes | None:
    """The .cpg of a table, when there is one."""
    beside = path.with_suffix(".cpg")
    return beside.read_bytes() if beside.is_file() else None


def _zipped(content: bytes, source: str, encoding: str | None) -> Iterator[Layer]:
    """The shapefiles of an archive."""
    archive = Archive(content, source)
    sets: dict[str, dict[str, Member]] = {}
    for member in archive.useful():
        if member.path.suffix.lower() in _PARTS:
            sets.setdefault(str(member.path.with_suffix("")).casefold(), {})[member.path.suffix.lower()] = member
    whole = {key: parts for key, parts in sorted(sets.items()) if ".shp" in parts}
    if not whole:
        raise Unreadable(source, _nothing_in(archive))
    noticed = tuple(archive.findings())
    for parts in whole.values():
        name = PurePosixPath(parts[".shp"].path).stem
        said = source if len(whole) == 1 else f"{source} layer {name}"
        layer = _shapefile({ending: archive.read(member) for ending, member in parts.items()}, said, name, encoding)
        yield replace(layer, findings=(*noticed, *layer.findings))
        noticed = ()


def _nothing_in(archive: Archive) -> str:
    """Why an archive without a shapefile is not read."""
    endings = {member.path.suffix.lower() for member in archive.useful()}
    if ".zip" in endings:
        return "the archive holds another archive: unpack it and give the one inside"
    if endings & set(KINDS) - {".dbf"}:
        return "of an archive only shapefiles are read: give the file inside itself"
    return "the archive holds no shapefile (.shp with .dbf): pack the layer's files themselves"


def _shapefile(parts: Mapping[str, bytes], source: str, name: str, encoding: str | None) -> Layer:
    """One shapefile of its parts."""
    if ".dbf" not in parts:
        kind_of_shp(parts[".shp"], source)
        raise Unreadable(source, "the .dbf is missing: without it there are no codes or names")
    table = read_dbf(parts[".dbf"], source, Claims(encoding, parts.get(".cpg")))
    shapes = read_shapes(parts[".shp"], parts.get(".shx"), len(table), source)
    crs, findings = _projection(parts.get(".prj"), source)
    layer = joined(shapes, table, source, name, crs)
    return replace(layer, findings=(*layer.findings, *findings))


def _projection(prj: bytes | None, source: str) -> tuple[str | None, list[Finding]]:
    """The .prj's text, None when there is none, and what was noticed of it."""
    if prj is None or not prj.strip(b" \r\n\x00"):
        return None, []
    if len(prj) > MOST_PRJ_BYTES:
        raise Unreadable(source, "the .prj is too long to be a projection: take it away")
    utf16 = prj[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = prj.decode("utf-16" if utf16 else "utf-8-sig").strip(" \r\n\x00")
    except UnicodeDecodeError:
        says = "the .prj is no text: it was passed over"
        return None, [Finding.of("prj_unreadable", source, says, "say the CRS with --crs", severity="warning")]
    says = "the .prj is written in UTF-16, which other programs do not read"
    odd = [Finding.of("prj_utf16", source, says, "save it as plain text", severity="warning")]
    return text, odd if utf16 else []
