"""Moves, refusals and stages in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from geo_grid.access import Forbidden
from geo_grid.redraw import WHY, DraftMove, Told
from geo_grid.vocabulary import Stage, Tier
from web.language import is_english, word

Names = Mapping[str, str]
MOST_NAMED = 3


def said(says: str, facts: Mapping[str, Any]) -> str:
    """A sentence of the redraw library in the reader's language, with its facts."""
    return str(_(says)) % {name: _fact(name, fact) for name, fact in facts.items()}


def told(given: Mapping[str, Any]) -> str:
    """The sentence of a refusal that was kept as plain values."""
    says = WHY.get(str(given.get("reason")))
    return str(given["message"]) if says is None else said(says, given["facts"])


def refusal_sentence(wrong: Exception) -> str:
    """One sentence for what was refused; one that the library does not know by its facts stays as it is."""
    if isinstance(wrong, Told):
        return said(wrong.said.says, wrong.said.facts)
    if isinstance(wrong, Forbidden):
        return str(
            _(
                "Your account may not do this there (%(action)s): sign in with another one, or ask an administrator.",
                action=word(wrong.action),
            )
        )
    return str(wrong)


def _fact(name: str, fact: Any) -> Any:
    """A fact as the reader's language says it."""
    for beginning, terms in (("tier", Tier), ("stage", Stage)):
        if name.startswith(beginning):
            found = word(terms[fact])
            return found.lower() if is_english() else found
    return fact


def move_sentence(move: DraftMove, names: Names) -> str:
    """What a move does, with the names of its grids."""
    return sentence_of(move.json, names) or move.sentence


def sentence_of(given: Mapping[str, Any], names: Names) -> str:
    """What a move in JSON does; empty for a kind that is not known here."""

    def named(key: str) -> str:
        value = given.get(key) or ""
        codes = [value] if isinstance(value, str) else list(value)
        words = [names.get(code, code) for code in codes[:MOST_NAMED]]
        more = len(codes) - MOST_NAMED
        rest = str(_(" and %(count)s more", count=more)) if more > 0 else ""
        return str(_(", ")).join(words) + rest

    write = _SENTENCES.get(str(given.get("kind")))
    return str(write(given, named)) if write else ""


def _split(_given: Mapping[str, Any], named: Any) -> str:
    return str(_("Split %(grids)s along a line", grids=named("grids") or named("grid")))


def _merge(_given: Mapping[str, Any], named: Any) -> str:
    return str(_("Merge %(grids)s into %(keep)s", grids=named("grids"), keep=named("keep")))


def _reshape(given: Mapping[str, Any], named: Any) -> str:
    if given.get("partner"):
        return str(_("Move the border of %(grid)s and %(partner)s", grid=named("grid"), partner=named("partner")))
    return str(_("Draw the border of %(grid)s anew", grid=named("grid")))


def _paint(_given: Mapping[str, Any], named: Any) -> str:
    return str(_("Give an area to %(grid)s", grid=named("to")))


def _carve(given: Mapping[str, Any], named: Any) -> str:
    name = given.get("name") or given.get("code") or word(Tier[str(given.get("tier") or "SPECIAL")])
    return str(_("Carve %(name)s out of %(parent)s", name=name, parent=named("parent")))


def _transfer(_given: Mapping[str, Any], named: Any) -> str:
    return str(_("Transfer %(grid)s to %(parent)s", grid=named("grid"), parent=named("parent")))


def _dissolve(given: Mapping[str, Any], named: Any) -> str:
    if given.get("to"):
        return str(_("Dissolve %(grid)s into %(to)s", grid=named("grid"), to=named("to")))
    return str(_("Dissolve %(grid)s", grid=named("grid")))


def _extend(_given: Mapping[str, Any], named: Any) -> str:
    return str(_("Extend %(grid)s beyond the county's edge", grid=named("grid")))


def _shrink(_given: Mapping[str, Any], _named: Any) -> str:
    return str(_("Let an area leave the county"))


def _rename(given: Mapping[str, Any], named: Any) -> str:
    return str(_("Rename %(grid)s to %(name)s", grid=named("grid"), name=given.get("name")))


_SENTENCES: dict[str, Any] = {
    "split": _split,
    "split_grid": _split,
    "merge": _merge,
    "reshape": _reshape,
    "paint": _paint,
    "carve": _carve,
    "transfer": _transfer,
    "dissolve": _dissolve,
    "extend": _extend,
    "shrink": _shrink,
    "rename": _rename,
}
