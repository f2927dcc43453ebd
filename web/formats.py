"""How figures and words are written on a page: filters and globals for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Flask
from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from geo_grid.vocabulary import FacilityLevel, Role, Tier
from web.kinds import site_kind
from web.language import is_english, page_language, word

HECTARE_M2 = 10_000
SQUARE_KM_M2 = 1_000_000


def number(value: float) -> str:
    """A whole number with its thousands set apart."""
    return str(format_decimal(round(value)))


def area(area_m2: float) -> str:
    """An area in km², below a tenth of one in hectares, below a hectare in m²."""
    if area_m2 >= SQUARE_KM_M2 / 10:
        return f"{_digits(area_m2 / SQUARE_KM_M2)} km²"
    if area_m2 >= HECTARE_M2:
        return str(_("%(hectares)s ha", hectares=_digits(area_m2 / HECTARE_M2)))
    return f"{number(area_m2)} m²"


def distance(length_m: float) -> str:
    """A length in km, below one in metres."""
    return f"{_digits(length_m / 1000)} km" if length_m >= 1000 else f"{number(length_m)} m"


def percent(part: float, whole: float, digits: int = 0) -> str:
    """part ÷ whole in percent; a dash when there is no whole. Never 100 % unless it is all."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if part < whole:
        share = min(share, 100 - 10**-digits)
    return f"{share:.{digits}f}%"


def day(value: date) -> str:
    """A day in ISO form, which both languages read."""
    return str(format_date(value, "yyyy-MM-dd"))


def tier_word(code: str) -> str:
    """The word for a tier."""
    return word(Tier[code])


def role_word(code: str) -> str:
    """The word for a role."""
    return word(Role[code])


def kind_word(code: str) -> str:
    """The word for a kind of risk site."""
    return word(site_kind(code))


def level_word(code: str) -> str:
    """The word for a level of facilities."""
    return word(FacilityLevel[code])


def class_label(metric: str, limits: Sequence[float], number: int) -> str:
    """What class `number` (from 0) of a choropleth holds, `limits` being the classes' upper limits.

    Shares are written in percent; a first limit of at most 1 % means 'none', a last one of 100 % means 'all'.
    """
    if metric == "load":
        return _between([f"{limit:g}" for limit in limits], number, "")
    if number == 0 and limits[0] <= 0.01:
        return "0%"
    if number == len(limits) and limits[-1] >= 1:
        return "100%"
    texts = [f"{100 * limit:g}" if limit > 0.01 else "1" for limit in limits]
    return _between(texts, number, "%")


def ramp_step(number: int, classes: int) -> int:
    """Which of a ramp's five colours class `number` (from 0) of `classes` has; the scripts count alike."""
    return 1 + (round(number * 4 / (classes - 1)) if classes > 1 else 2)


def short_code(code: str) -> str:
    """The last serial of a grid's code, enough among its siblings."""
    return code.rsplit("-", 1)[-1]


def install(app: Flask) -> None:
    """Give the templates of `app` these words and figures."""
    app.jinja_env.filters.update(number=number, area=area, distance=distance, day=day, short_code=short_code)
    app.jinja_env.globals.update(
        percent=percent,
        tier_word=tier_word,
        role_word=role_word,
        kind_word=kind_word,
        site_kind=site_kind,
        level_word=level_word,
        class_label=class_label,
        ramp_step=ramp_step,
        page_language=page_language,
        word=word,
        is_english=is_english,
    )


def _digits(value: float) -> str:
    """Two digits after the point below 10, one below 100, none above."""
    return str(format_decimal(value, "#,##0.##" if value < 10 else "#,##0.#" if value < 100 else "#,##0"))


def _between(limits: Sequence[str], number: int, unit: str) -> str:
    if not limits:
        return "–"
    if number == 0:
        return f"<{limits[0]}{unit}"
    if number == len(limits):
        return f"≥{limits[-1]}{unit}"
    return f"{limits[number - 1]}–{limits[number]}"
