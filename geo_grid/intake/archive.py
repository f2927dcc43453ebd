"""Zip archives under a strict policy: nothing outside, no links, no absurd sizes; members come as bytes."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from geo_grid.checks.finding import Finding
from geo_grid.intake.encoding import CHINESE, Claims
from geo_grid.intake.layer import Unreadable
from geo_grid.intake.weighing import text_of, weigh

MOST_ENTRIES = 2000
MOST_BYTES = 1 << 30
#: Text tables compress to a fiftieth at most; a bomb to a thousandth.
MOST_EXPANSION = 200
EXPANSION_COUNTS_FROM = 20 << 20
#: A directory entry has 46 bytes and a name; with more than this in all, only reading them would cost too much.
MOST_DIRECTORY_BYTES = MOST_ENTRIES * 1000
#: Other methods of packing take memory that the archive chooses.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
#: Entries that hold rows of their own, which somebody may miss.
_LAYERS = {".zip", ".rar", ".7z", ".gpkg", ".geojson", ".json", ".csv", ".xlsx", ".xls", ".kml", ".gml", ".tab", ".mdb"}


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
        _check_directory(content, source)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as wrong:
            raise Unreadable(source, "it is not a zip archive, or a damaged one: send it again") from wrong
        if any(not entry.filename for entry in entries):
            raise Unreadable(source, "it is a damaged zip archive: send it again")
        _check_sizes(entries, len(content), source)
        codec = _names_codec(entries)
        files = [entry for entry in entries if not entry.is_dir()]
        self.members = [Member(_safe_path(entry, codec, source), entry) for entry in files]
        self._odd = [str(one.path) for one in self.members if "\N{REPLACEMENT CHARACTER}" in str(one.path)]
        _check_no_twins(self.members, source)

    def useful(self) -> list[Member]:
        """The members that a person put in: without what macOS and Windows add."""
        return [member for member in self.members if not _is_junk(member.path)]

    def read(self, member: Member) -> bytes:
        """A member's bytes, checked against its checksum."""
        try:
            content = self._zip.read(member.entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError) as wrong:
            raise Unreadable(
                self.source, "%(file)s is damaged inside the archive: send it again", file=member.path.name
            ) from wrong
        if len(content) != member.entry.file_size:
            raise Unreadable(
                self.source, "%(file)s is damaged inside the archive: send it again", file=member.path.name
            )
        return content

    def findings(self) -> list[Finding]:
        """What was noticed of entries that are not read."""
        findings = []
        if self._odd:
            says = "the names of %(count)s entries hold control characters: they were taken out"
            facts = {"count": len(self._odd)}
            findings.append(
                Finding.of("entry_name", self.source, says, "rename the files", facts=facts, severity="warning")
            )
        left = [member.path.name for member in self.useful() if member.path.suffix.lower() in _LAYERS]
        if left:
            says = "the archive also holds %(files)s: of an archive only shapefiles are read"
            facts_left = {"files": ", ".join(left[:5])}
            hint = "give the file itself"
            findings.append(Finding.of("entries_left", self.source, says, hint, facts=facts_left, severity="warning"))
        return findings


def _check_directory(content: bytes, source: str) -> None:
    """Raises when the directory of the archive is absurdly long: listing it would take memory without end."""
    end = content.rfind(_END, max(0, len(content) - 66_000))
    if end < 0 or end + 22 > len(content):
        return
    size = struct.unpack_from("<I", content, end + 12)[0]
    end64 = content.rfind(_END64, max(0, end - 66_000), end)
    if end64 >= 0 and end64 + 48 <= len(content):
        size = max(size if size < 0xFFFFFFFF else 0, struct.unpack_from("<Q", content, end64 + 40)[0])
    if size > MOST_DIRECTORY_BYTES:
        raise Unreadable(source, "the archive lists too many entries: at most %(most)s are read", most=MOST_ENTRIES)


def _names_codec(entries: Sequence[zipfile.ZipInfo]) -> str:
    """The encoding of the names that are not marked as UTF-8, which Windows leaves as its own."""
    raws = [_raw(entry) for entry in entries if not entry.flag_bits & 0x800]
    guess = weigh(raws, Claims())
    return CHINESE if guess.certainty == "unsure" else guess.chosen.encoding


def _raw(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry's name, which zipfile reads as CP437."""
    try:
        return entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename.encode("utf-8", "surrogatepass")


def _check_sizes(entries: list[zipfile.ZipInfo], size: int, source: str) -> None:
    """Raises when the archive claims more than it may hold."""
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(source, "the archive lists too many entries: at most %(most)s are read", most=MOST_ENTRIES)
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES or sum(entry.compress_size for entry in entries) > size:
        raise Unreadable(
            source,
            "the archive would unpack to %(size)s MB: at most %(most)s are read",
            size=total >> 20,
            most=MOST_BYTES >> 20,
        )
    for entry in entries:
        large = entry.file_size > EXPANSION_COUNTS_FROM
        if large and entry.file_size > MOST_EXPANSION * max(entry.compress_size, 1):
            raise Unreadable(
                source, "an entry unpacks to %(size)s MB of nothing: it is not read", size=entry.file_size >> 20
            )


def _safe_path(entry: zipfile.ZipInfo, codec: str, source: str) -> PurePosixPath:
    """The entry's path as text, its control characters replaced; raises for what points elsewhere."""
    name = entry.filename if entry.flag_bits & 0x800 else text_of(_raw(entry), codec)[0]
    name = name.replace("\\", "/")
    path = PurePosixPath("".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in name))
    if path.is_absolute() or ".." in path.parts or name[1:2] == ":":
        raise Unreadable(source, "an entry of the archive points outside it: it is not read")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Unreadable(source, "%(file)s is a link, not a file: pack the file itself", file=path.name)
    if entry.flag_bits & 1:
        raise Unreadable(source, "the archive is encrypted: send it without a password")
    if entry.compress_type not in _METHODS:
        raise Unreadable(
            source, "%(file)s is packed by a method that is not read: pack it as an ordinary zip", file=path.name
        )
    return path


def _check_no_twins(members: list[Member], source: str) -> None:
    """Raises when two entries have one name."""
    seen: set[str] = set()
    for member in members:
        key = str(member.path).casefold()
        if key in seen:
            raise Unreadable(source, "%(file)s is in the archive twice: keep one", file=member.path.name)
        seen.add(key)


def _is_junk(path: PurePosixPath) -> bool:
    """Whether a system put the file there and not a person."""
    return "__MACOSX" in path.parts or path.name.startswith("._") or path.name in {".DS_Store", "Thumbs.db"}
