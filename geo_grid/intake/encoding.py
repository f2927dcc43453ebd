"""The encoding of a file's text: as told, as the file says, or as its bytes show."""

from __future__ import annotations

import codecs

from geo_grid.intake.layer import Unreadable

#: GB18030 reads every GBK and GB2312 text.
CHINESE = "gb18030"

_SAID = {
    "936": CHINESE,
    "ansi 936": CHINESE,
    "cp936": CHINESE,
    "gbk": CHINESE,
    "gb2312": CHINESE,
    "gb18030": CHINESE,
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "65001": "utf-8",
    "950": "cp950",
    "big5": "cp950",
}


def said_by(cpg: bytes | None) -> str | None:
    """The codec that a .cpg file names; None when there is none or it says nothing we know."""
    if cpg is None or len(cpg) > 64:
        return None
    said = cpg.decode("utf-8-sig", "replace").replace("\x00", "").strip().lower()
    if said in _SAID:
        return _SAID[said]
    try:
        return codecs.lookup(said.replace("iso 8859", "iso8859")).name if said else None
    except LookupError:
        return None


def chosen(encoding: str | None, source: str) -> str | None:
    """The codec for what a user asked for, checked; None when nothing was asked."""
    if encoding is None:
        return None
    try:
        return _SAID.get(encoding.strip().lower()) or codecs.lookup(encoding.strip()).name
    except LookupError:
        raise Unreadable(source, f"there is no encoding called {encoding}: try --encoding GBK or UTF-8") from None


def shown_by(text: bytes, source: str) -> str:
    """The codec that reads the bytes: UTF-8 when they are that, else Chinese."""
    for codec in ("utf-8", CHINESE):
        try:
            text.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec
    raise Unreadable(source, "its text is neither UTF-8 nor GBK: say what it is with --encoding")
