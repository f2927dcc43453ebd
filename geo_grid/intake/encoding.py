"""The encodings we know: their codecs, how files name them, and what is written in them."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from geo_grid.intake.layer import Unreadable

#: GB18030 reads every GBK and GB2312 text.
CHINESE = "gb18030"

#: Every language there is, the likeliest here first.
ALL = ("zh-Hans", "zh-Hant", "ko", "ja", "ru", "el", "th", "ar", "he", "west", "central", "tr", "baltic", "vi", "other")
_OWN_LANGUAGES = {
    "utf-8": ALL,
    CHINESE: ("zh-Hans", "zh-Hant"),
    "cp950": ("zh-Hant",),
    "big5hkscs": ("zh-Hant",),
    "cp949": ("ko",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "cp1251": ("ru",),
    "koi8-r": ("ru",),
    "cp866": ("ru",),
    "cp1252": ("west",),
    "cp850": ("west",),
    "cp1250": ("central",),
    "iso8859-2": ("central",),
    "cp852": ("central",),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": ("ar",),
    "cp1257": ("baltic",),
    "cp1258": ("vi",),
    "cp874": ("th",),
}
#: What is tried when nothing is said, the likeliest here first.
TRIED = tuple(_OWN_LANGUAGES)

_LABELS = {
    "utf-8": "UTF-8",
    CHINESE: "GBK",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
    "cp949": "EUC-KR",
    "cp932": "Shift_JIS",
    "euc_jp": "EUC-JP",
    "koi8-r": "KOI8-R",
    "cp874": "Windows-874",
}
_SAID = {
    **dict.fromkeys(("936", "ansi 936", "cp936", "ms936", "gbk", "gb2312", "gb18030", "euc-cn", "x-gbk"), CHINESE),
    **dict.fromkeys(("utf-8", "utf8", "65001", "cp65001", "utf_8", "utf-8-sig"), "utf-8"),
    **dict.fromkeys(("950", "ansi 950", "cp950", "big5", "big-5"), "cp950"),
    **dict.fromkeys(("949", "ansi 949", "cp949", "euc-kr", "euckr", "ks_c_5601-1987", "uhc"), "cp949"),
    **dict.fromkeys(("932", "ansi 932", "cp932", "shiftjis", "shift_jis", "shift-jis", "sjis"), "cp932"),
    "88591": "iso8859-1",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
}
#: The language byte of a .dbf (ESRI and dBase lists); what many programs write unasked is weak.
_BY_LANGUAGE_BYTE = {
    **dict.fromkeys((0x4D, 0x7A), CHINESE),
    **dict.fromkeys((0x4F, 0x78), "cp950"),
    **dict.fromkeys((0x4E, 0x79), "cp949"),
    **dict.fromkeys((0x13, 0x7B), "cp932"),
    **dict.fromkeys((0x50, 0x7C), "cp874"),
    **dict.fromkeys((0x26, 0x65), "cp866"),
    0xC8: "cp1250",
    0xC9: "cp1251",
    0xCA: "cp1254",
    0xCB: "cp1253",
    0xCC: "cp1257",
    0x7D: "cp1255",
    0x7E: "cp1256",
    0x02: "cp850",
    0x64: "cp852",
}
WEAK_LANGUAGE_BYTES = {0x01: "cp437", 0x03: "cp1252", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252"}
#: Python's codecs that are no encodings of files: they transform, or read backslashes.
_NO_ENCODINGS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "undefined", "utf-7"}

_NAME = re.compile(r"[a-z0-9][a-z0-9 ._:-]*")


@dataclass(frozen=True, slots=True)
class Claims:
    """What is said of a text's encoding: by the user, by a .cpg, by the language byte of a .dbf."""

    told: str | None = None
    cpg: bytes | None = None
    language_byte: int = 0

    @property
    def named(self) -> str | None:
        """The codec that the .cpg names, or else the language byte."""
        return said_by(self.cpg) or self.by_language_byte

    @property
    def by_language_byte(self) -> str | None:
        """The codec of the language byte."""
        return _BY_LANGUAGE_BYTE.get(self.language_byte) or WEAK_LANGUAGE_BYTES.get(self.language_byte)

    @property
    def weight(self) -> float:
        """How much the file's own claim weighs, as a logarithm of odds."""
        if self.by_cpg:
            return 6.0
        return 4.0 if self.language_byte in _BY_LANGUAGE_BYTE else 0.5

    @property
    def where(self) -> str:
        """What makes the claim."""
        return ".cpg" if self.by_cpg else "language byte"

    @property
    def by_cpg(self) -> bool:
        """Whether a .cpg names a codec."""
        return said_by(self.cpg) is not None


def said_by(cpg: bytes | None) -> str | None:
    """The codec that a .cpg file names; None when there is none or it says nothing we know."""
    if cpg is None or len(cpg) > 64:
        return None
    return codec_named(cpg.decode("utf-8-sig", "replace").replace("\x00", ""))


def codec_named(name: str) -> str | None:
    """The codec of an encoding's name as people write it; None when there is none."""
    said = name.strip().lower()
    if said in _SAID:
        return _SAID[said]
    said = said.removeprefix("ansi ").replace("windows-", "cp").replace("iso 8859", "iso8859")
    try:
        found = codecs.lookup(f"cp{said}" if said.isdigit() else said) if _NAME.fullmatch(said) else None
    except (LookupError, ValueError):
        return None
    if found is None or found.name in _NO_ENCODINGS or not getattr(found, "_is_text_encoding", False):
        return None
    return _SAID.get(found.name, found.name)


def chosen(encoding: str | None, source: str) -> str | None:
    """The codec for what a user asked for, checked; None when nothing was asked."""
    if encoding is None:
        return None
    found = codec_named(encoding)
    if found is None:
        raise Unreadable(source, "there is no encoding called %(name)s: try --encoding GBK or UTF-8", name=encoding)
    return found


def label(codec: str) -> str:
    """The codec's name for people."""
    if codec in _LABELS:
        return _LABELS[codec]
    return f"Windows-{codec[2:]}" if codec.startswith("cp125") else codec.upper()


def languages_of(codec: str) -> tuple[str, ...]:
    """The languages written in the encoding."""
    return _OWN_LANGUAGES.get(codec, ALL)
