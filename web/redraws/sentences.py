"""Moves, refusals and stages in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from geo_grid.redraw import DraftMove
from geo_grid.vocabulary import Tier
from web.language import is_english, word

Names = Mapping[str, str]
MOST_NAMED = 3

#: Why a move is refused, for readers of Chinese; in English the refusal says it itself, with its figures.
REFUSALS = {
    "misses_grid": lazy_gettext("The line does not meet the grid: draw it right across, from border to border."),
    "ends_inside": lazy_gettext("The line ends inside the grid and cuts nothing off: carry it on to the border."),
    "sliver": lazy_gettext("What the line cuts off is too small or too narrow to be meant: draw it further away."),
    "self_crossing": lazy_gettext("The line crosses itself: draw it without a loop."),
    "too_short": lazy_gettext("The line is shorter than a metre: draw it longer."),
    "not_finite": lazy_gettext("The line has a coordinate that is no number."),
    "too_many_vertices": lazy_gettext("The line has too many vertices: draw it simpler."),
    "outside_county": lazy_gettext("The line lies outside the county, or would move its outline."),
    "wrong_tier": lazy_gettext("A grid of that tier cannot be there, or cannot be changed in that way."),
    "merge_across": lazy_gettext("The grids lie in different parents: transfer one of them first."),
    "too_few": lazy_gettext("It takes two grids or more."),
    "unknown_grid": lazy_gettext("There is no such grid any more: it has been merged, dissolved or renumbered."),
    "loses_all_ground": lazy_gettext("A grid would be left without ground: merge or dissolve it instead."),
    "empty_parent": lazy_gettext("A parent would be left without ground: dissolve it instead."),
    "cycle": lazy_gettext("A grid would lie in itself: choose another parent."),
    "same_parent": lazy_gettext("The grid lies in that parent already."),
    "no_neighbour": lazy_gettext("No neighbour can take the ground: draw a simpler line."),
    "no_touch": lazy_gettext("The line does not touch the border it should change: begin and end on the border."),
    "not_decided": lazy_gettext("It cannot be told which side should change hands: draw a simpler line."),
    "households_outside": lazy_gettext("Households would lie outside the county."),
    "households_uncovered": lazy_gettext("Households would lie on ground that no leaf covers."),
    "nothing_changes": lazy_gettext("This would leave everything as it is."),
    "code_taken": lazy_gettext("The code belongs to another grid, or did: choose another one."),
    "locked": lazy_gettext("The grid is locked in this draft: unlock it first."),
    "unstable_ground": lazy_gettext("The borders lie too close together here: draw the line elsewhere."),
    "unstable": lazy_gettext("The borders lie too close together here: draw the line elsewhere."),
    "bad_ring": lazy_gettext("The area is no ring: draw at least three corners that enclose ground."),
    "moved": lazy_gettext(
        "A grid that this draft changes was changed meanwhile: rebase the draft, nothing drawn is lost."
    ),
}


def refusal_sentence(kind: str, message: str) -> str:
    """One sentence for a refusal: its own in English, that of its kind in Chinese."""
    known = REFUSALS.get(kind)
    return message if is_english() or known is None else str(known)


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
