"""What a kind of risk sites is: its words, and the symbol it is drawn with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo_grid.vocabulary import RiskKind


@dataclass(frozen=True, slots=True)
class SiteKind:
    """A kind of risk sites; `symbol` names the icon that it is drawn with."""

    code: str
    zh: str
    en: str
    symbol: str

    @property
    def is_own(self) -> bool:
        """Whether the county added it."""
        return self.code not in RiskKind.__members__


#: The kinds that every county has.
PRESET_KINDS = tuple(SiteKind(kind.code, kind.zh, kind.en, kind.code.lower()) for kind in RiskKind)


def kind_of_code(kinds: Iterable[SiteKind], code: str) -> SiteKind:
    """The kind with that code; one that was removed since goes by its code."""
    return next((kind for kind in kinds if kind.code == code), SiteKind(code, code, code, "other"))
