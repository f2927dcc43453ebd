"""Tests of photos: only the picture itself is kept, and what is none is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from geo_grid.inspections import BadPhoto, photo_of


def picture(size: tuple[int, int] = (40, 20), form: str = "JPEG", **saved: object) -> bytes:
    """A red picture as a file."""
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, form, **saved)
    return made.getvalue()


def with_place() -> bytes:
    """A photo that says where and with what it was taken, and stands on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (35.0, 26.0, 1.0)
    return picture(exif=exif)


def test_a_photo_is_encoded_anew_upright_and_without_place_or_camera() -> None:
    before = with_place()
    assert b"SecretCamera" in before
    kept = photo_of(before + b"<?php trailing ?>")
    assert b"SecretCamera" not in kept.jpeg
    assert b"php" not in kept.jpeg
    with Image.open(io.BytesIO(kept.jpeg)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (20, 40), {})


def test_a_large_photo_is_made_smaller() -> None:
    kept = photo_of(picture((3000, 1500)))
    assert (kept.width, kept.height) == (1600, 800)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_phones_take_becomes_a_jpeg(form: str) -> None:
    assert photo_of(picture(form=form)).jpeg.startswith(b"\xff\xd8")


def huge_png() -> bytes:
    """A PNG of a few bytes that says it is 30,000 pixels wide and high."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"just words",
        b"%PDF-1.4",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        picture(form="BMP"),
        picture(form="TIFF"),
        picture()[:200],
        b"\xff\xd8\xff" + bytes(100),
        huge_png(),
        bytes(13 * 1024 * 1024),
    ],
)
def test_what_is_no_photo_is_refused(upload: bytes) -> None:
    with pytest.raises(BadPhoto):
        photo_of(upload)
