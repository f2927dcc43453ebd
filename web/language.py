"""The language of a page: what the reader chose, else what the settings say, with its translations kept compiled."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, request
from flask_babel import Babel, get_locale

TRANSLATIONS = Path(__file__).resolve().parent / "translations"
LANGUAGES = {"zh_CN": "中文", "en": "English"}
COOKIE = "geo_grid_language"


def chosen_language() -> str:
    """The language of this request: `?lang=`, then the cookie, then the setting LOCALE."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return str(current_app.config["BABEL_DEFAULT_LOCALE"])


def page_language() -> str:
    """The language tag of this page as HTML writes it."""
    return "en" if is_english() else "zh-CN"


def is_english() -> bool:
    """Whether this page is shown in English."""
    return str(get_locale()) == "en"


def word(term: object) -> str:
    """The word of a vocabulary term, or of a member of a vocabulary enumeration, in this page's language."""
    return str(getattr(term, "en" if is_english() else "zh"))


def speak(app: Flask, locale: str) -> None:
    """Give `app` its languages, `locale` being the one for who has not chosen."""
    compile_translations()
    app.config["BABEL_DEFAULT_LOCALE"] = locale
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=chosen_language)


def compile_translations() -> None:
    """Compile each .po whose .mo is missing or older; the .mo is swapped in whole, so that a reader never sees half."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        fresh = target.with_suffix(f".{os.getpid()}.new")
        with source.open("rb") as po, fresh.open("wb") as mo:
            write_mo(mo, read_po(po))
        fresh.replace(target)
