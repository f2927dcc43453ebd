"""The uploaded files of runs: a folder for each, names of our own, limits, and an end."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from geo_grid.errors import BadInput, Refused, Unavailable
from geo_grid.intake.runs.model import Run, UploadedFile
from geo_grid.settings import Settings

#: The endings of files that can be a layer or a part of one.
ENDINGS = (".zip", ".shp", ".shx", ".dbf", ".prj", ".cpg", ".gpkg", ".geojson", ".json", ".csv", ".xlsx")
#: What one import may bring.
MOST_FILES, MOST_BYTES, LONGEST_NAME = 60, 512 << 20, 200
#: Room that an upload leaves on the disk.
ROOM_LEFT = 256 << 20
_CHUNK = 1 << 20


class DiskFull(Unavailable):
    """There is no room for an upload."""

    def __init__(self) -> None:
        self.says = "the server's disk has no room for this file: ask the operator to free some, then try again"
        super().__init__(self.says)


def folder_of(settings: Settings, run_id: int) -> Path:
    """Where the files of a run lie."""
    return settings.home / "uploads" / str(int(run_id))


def files_in(settings: Settings, run: Run) -> tuple[list[Path], dict[str, str]]:
    """The files of a run that can be read, and what people call each."""
    folder = folder_of(settings, run.id)
    names = {file.stored: file.name for file in run.files}
    shapes = {Path(file.stored).stem for file in run.files if file.stored.endswith(".shp")}
    parts = (".shx", ".prj", ".cpg")
    paths = [
        folder / file.stored
        for file in run.files
        if not file.stored.endswith(parts) and not (file.stored.endswith(".dbf") and Path(file.stored).stem in shapes)
    ]
    return paths, names


def receive(settings: Settings, run: Run, name: str, content: BinaryIO) -> UploadedFile:
    """An uploaded file, written under a name of ours; parts of one shapefile get the same one.

    Raises `BadInput` for a kind we do not read or a name too long, `Refused` past the limits, `DiskFull`.
    """
    name = _checked(name)
    ending = Path(name).suffix.lower()
    stored = f"{_number(run.files, name):03d}{ending}"
    if any(file.stored == stored for file in run.files):
        raise Refused.of("%(file)s is there already: remove it first to bring another one", file=name)
    if len(run.files) >= MOST_FILES:
        says = "one import takes at most %(most)s files: pack them in zips, or import in several runs"
        raise Refused.of(says, most=MOST_FILES)
    folder = folder_of(settings, run.id)
    left = MOST_BYTES - sum(file.size for file in run.files)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _demand_room(folder)
        size = _copy(content, folder / stored, left)
    except OSError as wrong:
        (folder / stored).unlink(missing_ok=True)
        if wrong.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull from wrong
        reason = (wrong.strerror or "").lower()
        raise Unavailable.of("the file cannot be kept (%(reason)s): tell the operator", reason=reason) from wrong
    if size > left:
        (folder / stored).unlink(missing_ok=True)
        says = "the files of one import may have %(most)s MB together: import in several runs"
        raise Refused.of(says, most=MOST_BYTES >> 20)
    if not size:
        (folder / stored).unlink(missing_ok=True)
        raise BadInput.of("%(file)s is empty: export it again", file=name)
    return UploadedFile(name, stored, size)


def remove(settings: Settings, run_id: int, stored: str) -> None:
    """One file of a run, gone; `stored` must be a name of ours."""
    (folder_of(settings, run_id) / Path(stored).name).unlink(missing_ok=True)


def remove_all(settings: Settings, run_id: int) -> None:
    """All files of a run, gone."""
    shutil.rmtree(folder_of(settings, run_id), ignore_errors=True)


def _checked(name: str) -> str:
    """The last part of a name, if it can be that of a file we read."""
    last = name.replace("\\", "/").rpartition("/")[2].replace("\x00", "").strip()
    if not last or len(last) > LONGEST_NAME or not last.isprintable():
        raise BadInput.of("a file's name has 1 to %(most)s printable characters: rename it", most=LONGEST_NAME)
    if Path(last).suffix.lower() not in ENDINGS:
        says = "%(file)s: this kind of file is not read: give one of %(kinds)s"
        raise BadInput.of(says, file=last, kinds=", ".join(ENDINGS))
    return last


def _number(files: Sequence[UploadedFile], name: str) -> int:
    """The number under which a file is kept: that of the other parts of its shapefile, else the next."""
    parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    if Path(name).suffix.lower() in parts:
        for file in files:
            same = Path(file.name).stem.casefold() == Path(name).stem.casefold()
            if same and Path(file.name).suffix.lower() in parts:
                return int(Path(file.stored).stem)
    return max((int(Path(file.stored).stem) for file in files), default=0) + 1


def _demand_room(folder: Path) -> None:
    """Raises when the disk is nearly full."""
    if shutil.disk_usage(folder).free < ROOM_LEFT:
        raise DiskFull


def _copy(content: BinaryIO, path: Path, most: int) -> int:
    """How many bytes were written; it stops past `most`."""
    size = 0
    path.unlink(missing_ok=True)  # left over from a database that is no more
    with path.open("xb") as file:
        while size <= most and (chunk := content.read(_CHUNK)):
            file.write(chunk)
            size += len(chunk)
    return size
