"""Zip archives under a strict policy: nothing outside, no links, no absurd sizes; members come as bytes."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from geo_grid.intake.layer import Unreadable

MOST_ENTRIES = 2000
MOST_BYTES = 1 << 30
#: Text tables compress to a fiftieth at most; a bomb to a thousandth.
MOST_EXPANSION = 200
EXPANSION_COUNTS_FROM = 20 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its path there, as text."""

    path: PurePosixPath
    entry: zipfile.ZipInfo


class Archive:
    """An opened zip whose directory keeps to the policy."""

    def __init__(self, content: bytes, source: str) -> None:
        self.source = source
        if not content:
            raise Unreadable(source, "the file is empty")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as wrong:
            raise Unreadable(source, "it is not a zip archive, or a damaged one: send it again") from wrong
        _check_sizes(entries, len(content), source)
        self.members = [Member(_safe_path(entry, source), entry) for entry in entries if not entry.is_dir()]
        _check_no_twins(self.members, source)

    def useful(self) -> list[Member]:
        """The members that a person put in: without what macOS and Windows add."""
        return [member for member in self.members if not _is_junk(member.path)]

    def read(self, member: Member) -> bytes:
        """A member's bytes, checked against its checksum."""
        try:
            return self._zip.read(member.entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as wrong:
            raise Unreadable(self.source, f"{member.path.name} is damaged inside the archive: send it again") from wrong


def _check_sizes(entries: list[zipfile.ZipInfo], size: int, source: str) -> None:
    """Raises when the archive claims more than it may hold."""
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(source, f"the archive holds {len(entries)} entries: at most {MOST_ENTRIES} are read")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES or sum(entry.compress_size for entry in entries) > size:
        raise Unreadable(source, f"the archive would unpack to {total >> 20} MB: at most {MOST_BYTES >> 20} are read")
    for entry in entries:
        large = entry.file_size > EXPANSION_COUNTS_FROM
        if large and entry.file_size > MOST_EXPANSION * max(entry.compress_size, 1):
            raise Unreadable(source, f"an entry unpacks to {entry.file_size >> 20} MB of nothing: it is not read")


def _safe_path(entry: zipfile.ZipInfo, source: str) -> PurePosixPath:
    """The entry's path as text; raises for what points elsewhere."""
    name = _decoded(entry).replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        raise Unreadable(source, "an entry of the archive points outside it: it is not read")
    if not name.isprintable():
        raise Unreadable(source, "the name of an entry holds control characters: rename it")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Unreadable(source, f"{path.name} is a link, not a file: pack the file itself")
    if entry.flag_bits & 1:
        raise Unreadable(source, "the archive is encrypted: send it without a password")
    return path


def _decoded(entry: zipfile.ZipInfo) -> str:
    """The entry's name, read as UTF-8 or GBK where the archive does not say (as Windows packs)."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _check_no_twins(members: list[Member], source: str) -> None:
    """Raises when two entries have one name."""
    seen: set[str] = set()
    for member in members:
        key = str(member.path).casefold()
        if key in seen:
            raise Unreadable(source, f"{member.path.name} is in the archive twice: keep one")
        seen.add(key)


def _is_junk(path: PurePosixPath) -> bool:
    """Whether a system put the file there and not a person."""
    return "__MACOSX" in path.parts or path.name.startswith("._") or path.name in {".DS_Store", "Thumbs.db"}
