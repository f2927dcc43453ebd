"""From the parameters of a request for features to what is wished for, or `BadInput` that says which one to mend."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime

from flask import request

from geo_grid.publish import Box, Collection, Time, Wish
from web import params

DEFAULT_LIMIT, MOST_FEATURES = 100, 10_000
#: What every address of OGC API takes: the format, which is always JSON, and the language of its words.
EVERYWHERE = ("f", "lang")
OF_ITEMS = ("bbox", "bbox-crs", "crs", "datetime", "limit", "after")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def check_known(names: Iterable[str] = ()) -> None:
    """Nothing when the request has parameters of these names only, and wants JSON; else raises `BadParameter`."""
    known = {*EVERYWHERE, *names}
    for name in request.args:
        if name not in known:
            raise params.BadParameter(
                name[:60], "left out: this address takes %(known)s", known=", ".join(sorted(known))
            )
    if params.text("f") not in {"", "json"}:
        raise params.BadParameter("f", "json, or left out")


def wish(chosen: Collection) -> Wish:
    """Which features of a collection the request wishes for."""
    check_known((*OF_ITEMS, *chosen.asked))
    return Wish(
        most=_limit(),
        after=params.text_or_none("after"),
        box=_box(),
        box_crs=params.text_or_none("bbox-crs"),
        crs=params.text_or_none("crs"),
        time=_time(),
        properties={name: params.text(name) for name in chosen.asked if params.text(name)},
    )


def _limit() -> int:
    """How many features at most; more than we give at once is no error, as the standard wants."""
    given = params.text("limit")
    if not given:
        return DEFAULT_LIMIT
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise params.BadParameter("limit", "a whole number from 1 to %(most)s", most=MOST_FEATURES)
    return min(int(given), MOST_FEATURES)


def _box() -> Box | None:
    """The box, of four numbers or of six with heights, which nothing here has."""
    given = params.text("bbox")
    if not given:
        return None
    try:
        numbers = [float(part) for part in given.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)) or max(map(abs, numbers)) > 1e8:
        raise params.BadParameter("bbox", "four numbers: the lower corner, then the upper one")
    first, low, second, high = numbers
    return first, low, second, high


def _time() -> Time | None:
    """The moment, or the time from one to another; `..` or nothing leaves an end open."""
    given = params.text("datetime")
    if not given:
        return None
    ends = given.split("/")
    if len(ends) == 1:
        moment = _moment(given)
        return Time(moment, moment)
    if len(ends) != 2 or all(end in {"", ".."} for end in ends):
        raise _bad_time()
    since, until = (None if end in {"", ".."} else _moment(end) for end in ends)
    if since is not None and until is not None and since > until:
        raise _bad_time()
    return Time(since, until)


def _moment(given: str) -> datetime:
    """A moment as RFC 3339 writes it."""
    try:
        if not _MOMENT.fullmatch(given):
            raise ValueError
        return datetime.fromisoformat(given.upper())
    except ValueError:
        raise _bad_time() from None


def _bad_time() -> params.BadParameter:
    return params.BadParameter(
        "datetime", "a moment such as 2026-01-31T00:00:00Z, or two with / between them, the earlier one first"
    )
