"""Kinds of risk sites: the vocabulary's own, and those that a county adds."""

from geo_grid.risks.kinds.edit import SYMBOLS, KindDraft, KindInUse, add_kind, change_kind, read_kinds, remove_kind
from geo_grid.risks.kinds.model import PRESET_KINDS, SiteKind, kind_of_code

__all__ = [
    "PRESET_KINDS",
    "SYMBOLS",
    "KindDraft",
    "KindInUse",
    "SiteKind",
    "add_kind",
    "change_kind",
    "kind_of_code",
    "read_kinds",
    "remove_kind",
]
