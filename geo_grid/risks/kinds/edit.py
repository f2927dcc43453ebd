"""Adding, changing and removing kinds of risk sites of a county's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from geo_grid.errors import BadInput, BeyondScope, NotFound, Refused
from geo_grid.risks.kinds import store
from geo_grid.risks.kinds.model import SiteKind

#: What a kind of a county's own can be drawn as: the symbol's name and what it shows, in both languages.
SYMBOLS: dict[str, tuple[str, str]] = {
    "power": ("电力设施", "Power line"),
    "gas": ("燃气", "Gas"),
    "fuel": ("加油站", "Filling station"),
    "fire": ("火源", "Fire"),
    "tower": ("铁塔", "Mast"),
    "railway": ("铁路", "Railway"),
    "traffic": ("交通", "Traffic"),
    "works": ("工地", "Building site"),
    "houses": ("高层建筑", "High-rise"),
    "shop": ("商铺", "Shop"),
    "school": ("学校", "School"),
    "heritage": ("文物", "Heritage"),
    "waste": ("垃圾", "Waste"),
    "ice": ("冰雪", "Ice"),
    "water-level": ("积水点", "Standing water"),
    "pest": ("病虫害", "Pests"),
    "hazardous": ("危险品", "Dangerous goods"),
    "other": ("其他", "Other"),
}
MOST_OWN = 40


@dataclass(frozen=True, slots=True)
class KindDraft:
    """A kind as a form gives it."""

    zh: str
    en: str
    symbol: str


class KindInUse(Refused):
    """A kind that risk sites have cannot be taken away."""

    def __init__(self, kind: SiteKind, sites: int) -> None:
        self.kind, self.sites = kind, sites
        self.say(
            "%(sites)s risk sites are of the kind %(zh)s (%(code)s): give them another kind first, then remove it",
            sites=sites,
            zh=kind.zh,
            code=kind.code,
        )


def read_kinds(conn: Connection) -> tuple[SiteKind, ...]:
    """All kinds in their order, the vocabulary's first."""
    return tuple(store.kinds(conn))


def add_kind(conn: Connection, draft: KindDraft) -> SiteKind:
    """A kind of the county's own. Raises `BadInput` for words that are blank, too long or taken."""
    known = read_kinds(conn)
    own = [kind for kind in known if kind.is_own]
    if len(own) >= MOST_OWN:
        raise BadInput.of("a county has at most %(most)s kinds of its own: remove one first", most=MOST_OWN)
    kind = _checked(draft, store.next_code(conn), known)
    store.insert_kind(conn, kind)
    return kind


def change_kind(conn: Connection, code: str, draft: KindDraft) -> SiteKind:
    """Other words and another symbol for a kind of the county's own. Raises `NotFound` and what `add_kind` does."""
    standing = _demand_own(conn, code)
    kind = _checked(draft, code, [one for one in read_kinds(conn) if one.code != standing.code])
    if not store.update_kind(conn, kind):
        raise BeyondScope(f"the kind {code}")
    return kind


def remove_kind(conn: Connection, code: str) -> None:
    """Take a kind of the county's own away, with its rhythms. Raises `NotFound` and `KindInUse`."""
    kind = _demand_own(conn, code)
    sites = store.sites_of(conn, code)
    if sites:
        raise KindInUse(kind, sites)
    if not store.delete_kind(conn, code):
        raise BeyondScope(f"the kind {code}")


def _demand_own(conn: Connection, code: str) -> SiteKind:
    """The kind, which is the county's own; raises `NotFound`."""
    for kind in read_kinds(conn):
        if kind.code == code and kind.is_own:
            return kind
    raise NotFound.of("there is no kind %(code)s of this county's own: see the list of kinds", code=repr(code[:40]))


def _checked(draft: KindDraft, code: str, others: Iterable[SiteKind]) -> SiteKind:
    """The kind of a draft; raises `BadInput`."""
    zh, en = " ".join(draft.zh.split()), " ".join(draft.en.split())
    if not zh or len(zh) > 20 or not en or len(en) > 40:
        raise BadInput.of("a kind needs a Chinese name of at most 20 and an English name of at most 40 characters")
    if draft.symbol not in SYMBOLS:
        raise BadInput.of("there is no symbol %(symbol)s: choose one of the list", symbol=repr(draft.symbol[:40]))
    for other in others:
        words = {word.casefold() for word in (other.code, other.zh, other.en)}
        if {zh.casefold(), en.casefold()} & words:
            raise BadInput.of("there is a kind %(zh)s (%(en)s) already: choose another name", zh=other.zh, en=other.en)
    return SiteKind(code, zh, en, draft.symbol)
