"""Pictures that somebody uploads, encoded anew: only the picture itself is kept, and what is none is refused."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image, ImageOps

from geo_grid.errors import BadInput
from geo_grid.inspections.model import Photo

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600
QUALITY = 82
#: What phones take; every other decoder stays out of reach.
FORMATS = ("JPEG", "PNG", "WEBP")
#: What decoders raise at broken pictures (seen with Pillow 12 and 13).
_BROKEN = (OSError, ValueError, SyntaxError, TypeError, LookupError, ArithmeticError, MemoryError, EOFError)
_BROKEN_INSIDE = (struct.error, zlib.error, Image.DecompressionBombError)


class BadPhoto(BadInput):
    """An upload is no picture, or one that is too large."""


def photo_of(upload: bytes) -> Photo:
    """The picture turned upright, at most 1,600 pixels a side, as a JPEG without place, time or camera in it.

    Raises `BadPhoto` for what is no JPEG, PNG or WebP, has more than 40 million pixels, or more than 12 MB.
    """
    if len(upload) > MOST_BYTES:
        raise BadPhoto.of("a photo has at most %(most)s MB: take it smaller", most=MOST_BYTES // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _encoded(upload)
    except (*_BROKEN, *_BROKEN_INSIDE) as fault:
        raise BadPhoto.of("the file is no photo that can be read: choose a JPEG, PNG or WebP picture") from fault


def _encoded(upload: bytes) -> Photo:
    """The picture decoded and encoded anew."""
    with Image.open(io.BytesIO(upload), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise BadPhoto.of(
                "a photo has at most %(most)s million pixels: take it smaller", most=MOST_PIXELS // 1_000_000
            )
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = Image.new("RGB", upright.size, "white")
        layer = upright.convert("RGBA") if upright.mode in {"RGBA", "LA", "PA", "P"} else upright.convert("RGB")
        plain.paste(layer, mask=layer if layer.mode == "RGBA" else None)
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return Photo(plain.width, plain.height, made.getvalue())
