"""The language of a page: what the reader chose, else what the settings say, with its translations kept compiled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request
from flask_babel import Babel, get_locale, get_translations

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
    if "is_english" not in g:
        g.is_english = str(get_locale()) == "en"
    return bool(g.is_english)


def word(term: object) -> str:
    """The word of a vocabulary term, or of a member of a vocabulary enumeration, in this page's language."""
    return str(getattr(term, "en" if is_english() else "zh"))


def speak(app: Flask, locale: str) -> None:
    """Give `app` its languages, `locale` being the one for who has not chosen."""
    compile_translations()
    app.config["BABEL_DEFAULT_LOCALE"] = locale
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=chosen_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _known_translations().ugettext(text),
        ngettext=lambda one, many, count: _known_translations().ungettext(one, many, count),
        newstyle=True,
    )


def _known_translations() -> NullTranslations | Translations:
    """The translations of this page, looked up once: a page has hundreds of texts (Flask-Babel 4.0: 20 µs for each)."""
    if "translations" not in g:
        g.translations = get_translations()
    return cast("NullTranslations | Translations", g.translations)


def compile_translations() -> None:
    """Compile the catalogs of each language into one .mo where it is missing or older.

    There is a .po for each area of the pages. The .mo is swapped in whole, so that a reader never sees half of it.
    """
    for folder in TRANSLATIONS.glob("*/LC_MESSAGES"):
        sources = sorted(folder.glob("*.po"))
        target = folder / "messages.mo"
        if target.is_file() and target.stat().st_mtime_ns >= max(source.stat().st_mtime_ns for source in sources):
            continue
        fresh = target.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as mo:
            write_mo(mo, merged(sources))
        fresh.replace(target)


def chinese() -> Callable[[str], str]:
    """What gives a text in Chinese, as it is where nothing is known; needs no page."""
    catalog = merged(sorted((TRANSLATIONS / "zh" / "LC_MESSAGES").glob("*.po")))

    def translate(text: str) -> str:
        known = catalog.get(text)
        return str(known.string) if known is not None and known.string else text

    return translate


def merged(sources: Iterable[Path]) -> Catalog:
    """One catalog of several files; a word that stands in two of them keeps its first translation."""
    whole = Catalog()
    for source in sources:
        with source.open("rb") as po:
            for message in read_po(po):
                if message.id and message.id not in whole:
                    whole[message.id] = message
    return whole
