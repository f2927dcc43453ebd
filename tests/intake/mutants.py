"""Files with bytes changed at random, made from sound ones; the seed says which."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd

from tests.intake import town

#: Values that break parsers: ends of ranges, signs, and what formats use as marks.
_TELLING = (0x00, 0x01, 0x0A, 0x0D, 0x1A, 0x20, 0x2A, 0x7F, 0x80, 0xFE, 0xFF)


def parts(frame: gpd.GeoDataFrame, folder: Path) -> dict[str, bytes]:
    """The files of a shapefile, by ending."""
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / "layer.shp", encoding="GBK")
    return {path.suffix: path.read_bytes() for path in sorted(folder.iterdir())}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the files of a shapefile."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for ending, content in files.items():
            archive.writestr(f"layer{ending}", content)
    return out.getvalue()


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The bytes with one to four changes."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        rng.choice(_CHANGES)(changed, rng)
    return bytes(changed)


#: What is done to a shapefile, and how often out of twenty.
_WAYS = ("bytes",) * 10 + ("words",) * 2 + ("cut",) * 2 + ("swapped",) * 3 + ("missing",) + ("sent",) * 2


def damaged(sound: dict[str, bytes], strange: dict[str, bytes], rng: random.Random) -> tuple[str, bytes]:
    """What was done to a shapefile, and the zip of it: one of its parts changed, cut, missing or of another layer.

    "words" are .prj and .cpg; "sent" is a zip that changed after it was packed, all else before.
    """
    way = rng.choice(_WAYS)
    files = dict(sound)
    ending = rng.choice((".prj", ".cpg") if way == "words" else (".shp", ".shx", ".dbf"))
    match way:
        case "sent":
            return "sent", mutated(packed(files, rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))), rng)
        case "cut":
            files[ending] = files[ending][: rng.randrange(len(files[ending]))]
        case "swapped":
            ending = rng.choice(sorted(strange))
            files[ending] = strange[ending]
        case "missing":
            ending = rng.choice(sorted(files))
            del files[ending]
        case _:
            files[ending] = mutated(files[ending], rng)
    return f"{way} {ending}", packed(files)


def _flip(content: bytearray, rng: random.Random) -> None:
    if content:
        content[_place(content, rng)] ^= 1 << rng.randrange(8)


def _telling(content: bytearray, rng: random.Random) -> None:
    if content:
        content[_place(content, rng)] = rng.choice(_TELLING)


def _number(content: bytearray, rng: random.Random) -> None:
    """Put a number of four bytes that lies at the end of its range, or near the number of rows."""
    at = _place(content, rng) & ~3
    value = rng.choice((0, 1, 2**31 - 1, -(2**31), -1, rng.randrange(-4, 300)))
    content[at : at + 4] = value.to_bytes(4, rng.choice(("big", "little")), signed=True)


def _cut(content: bytearray, rng: random.Random) -> None:
    del content[_place(content, rng) :]


def _remove(content: bytearray, rng: random.Random) -> None:
    at = _place(content, rng)
    del content[at : at + rng.randint(1, 40)]


def _repeat(content: bytearray, rng: random.Random) -> None:
    at = _place(content, rng)
    content[at:at] = content[at : at + rng.randint(1, 40)]


def _swap(content: bytearray, rng: random.Random) -> None:
    one, other, size = _place(content, rng), _place(content, rng), rng.randint(1, 16)
    content[one : one + size], content[other : other + size] = content[other : other + size], content[one : one + size]


def _place(content: bytearray, rng: random.Random) -> int:
    """A place in the content; half of them in the header, where most can go wrong."""
    longest = max(len(content), 1)
    return rng.randrange(min(longest, 160)) if rng.random() < 0.5 else rng.randrange(longest)


_CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _telling, _telling, _number, _number, _cut, _remove, _repeat, _swap,
)  # fmt: skip


def sources(folder: Path) -> dict[str, bytes]:
    """Sound files of each kind, by name."""
    grids = parts(town.grids(), folder / "grids")
    doors = parts(town.households(), folder / "doors")
    files = {
        "grids.zip": packed(grids, zipfile.ZIP_STORED),
        "doors.zip": packed(doors, zipfile.ZIP_STORED),
        "packed.zip": packed(grids),
    }
    for kind in ("gpkg", "geojson"):
        files[f"town.{kind}"] = town.write(town.grids(), folder, "town", kind).read_bytes()
    for kind in ("csv", "xlsx"):
        files[f"workers.{kind}"] = town.write_table(town.workers(), folder, "workers", kind).read_bytes()
    return files
