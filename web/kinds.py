"""The kinds of risk sites that a request's pages speak of, the county's own among them, read once."""

from __future__ import annotations

from typing import cast

from flask import g

from geo_grid.risks import PRESET_KINDS, SiteKind, kind_of_code, read_kinds
from web.database import read


def kinds_now() -> tuple[SiteKind, ...]:
    """All kinds in their order."""
    if "kinds" not in g:
        g.kinds = read(read_kinds)
    return cast(tuple[SiteKind, ...], g.kinds)


def site_kind(code: str) -> SiteKind:
    """The kind with that code; only for one that is the county's own is the database asked."""
    preset = kind_of_code(PRESET_KINDS, code)
    return kind_of_code(kinds_now(), code) if preset.is_own else preset
