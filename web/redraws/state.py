"""A draft with its effect as the studio and the sheet show it, conflicts with later changes told and not raised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.access import Actor
from geo_grid.errors import Refused, Stale
from geo_grid.publish import grid_names
from geo_grid.redraw import Draft, Meanwhile, Moved, MoveRefused, Preview, Problem, Told
from geo_grid.vocabulary import Action
from web.language import word
from web.redraws.sentences import Names, move_sentence, refusal_sentence, said, told


@dataclass(frozen=True)
class DraftState:
    """A draft, its effect (None when it cannot be told), what stands in the way, and the names of its grids."""

    draft: Draft
    preview: Preview | None
    problem: dict[str, Any] | None
    names: Names
    behind: tuple[Meanwhile, ...] = ()
    """Grids that others changed since the draft was drawn, where all its moves still work."""


def draft_state(conn: Connection, draft_id: int, actor: Actor) -> DraftState:
    """The draft with its effect on the present net."""
    draft = redraw.read_draft(conn, draft_id, actor)
    try:
        preview = drawn(redraw.preview_draft(conn, draft_id, actor))
    except (Refused, Stale) as wrong:
        problem = problem_of(wrong)
        names = names_in(conn, draft, None, problem["grids"])
        problem["message"] = naming(problem["message"], names, problem["grids"])
        return DraftState(draft, None, problem, names)
    return DraftState(draft, preview, None, names_in(conn, draft, preview), redraw.changed_meanwhile(conn, draft))


def drawn(preview: Preview) -> Preview:
    """The effect with its map drawn, which needs the connection it was read on."""
    assert preview.map  # noqa: S101 - a cached property that is computed here
    return preview


def names_in(conn: Connection, draft: Draft, preview: Preview | None, others: Iterable[str] = ()) -> dict[str, str]:
    """The names of the grids that the draft's moves speak of: those in force, then those that the moves give."""
    codes = {code for move in draft.moves for code in codes_in(move.json)} | set(draft.locked) | set(others)
    given = {} if preview is None else {effect.code: effect.name for effect in preview.grids}
    return given | {code: grid.name for code, grid in grid_names(conn, codes).items()}


def codes_in(move: Mapping[str, Any]) -> set[str]:
    """The codes that a move in JSON names."""
    found: set[str] = set()
    for key in ("grid", "grids", "keep", "partner", "to", "parent", "codes", "code"):
        value = move.get(key)
        found |= {value} if isinstance(value, str) and value else set(value or ())
    return found


def naming(sentence: str, names: Names, codes: Iterable[str]) -> str:
    """The sentence with the names of grids before their codes."""
    known = [code for code in sorted(set(codes), key=len, reverse=True) if names.get(code)]
    if not known:
        return sentence
    one_of = "|".join(map(re.escape, known))
    return re.sub(rf"(?<![\w-])(?:{one_of})(?![\w-])", lambda found: f"{names[found[0]]}（{found[0]}）", sentence)


def problem_of(wrong: Exception) -> dict[str, Any]:
    """A refusal or a conflict as the wire carries it, its sentence in the reader's language."""
    blocked = getattr(wrong, "problem", None)
    if isinstance(blocked, Problem):
        return blocked_move(blocked)
    plain = wrong.to_json() if isinstance(wrong, MoveRefused | Moved) else _told_plainly(wrong)
    kind = str(plain.get("kind", ""))
    grids = list(plain.get("grids") or ([plain["grid"]] if plain.get("grid") else []))
    return {
        **plain,
        "kind": kind,
        "message": refusal_sentence(wrong),
        "grids": grids,
        "place": plain.get("place"),
        "stale": isinstance(wrong, Stale),
    }


def _told_plainly(wrong: Exception) -> dict[str, Any]:
    """An error of a draft's life as plain values."""
    if not isinstance(wrong, Told):
        return {}
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(wrong).__name__).lower()
    return {"kind": kind, **wrong.said.to_json()}


def blocked_move(problem: Problem) -> dict[str, Any]:
    """The move that cannot stand on the present net, with the grid and the person in the way."""
    refusal = problem.refusal
    reason = told(refusal)
    return {
        "kind": "needs_rebase",
        "message": str(
            _("Move %(number)s cannot stand on the present net: %(reason)s", number=problem.position, reason=reason)
        ),
        "grids": list(refusal.get("grids") or []),
        "place": refusal.get("place"),
        "position": problem.position,
        "grid": problem.grid,
        "actor": problem.changed_by,
        "at": moment(problem.changed_at),
        "stale": True,
    }


def may_change(draft: Draft, actor: Actor) -> bool:
    """Whether the actor may change the draft's moves: it is theirs, or shared."""
    is_theirs = draft.author == actor.username or draft.shared
    return draft.stage.name == "DRAFT" and is_theirs and actor.may(Action.DRAW)


def moment(at: datetime | None) -> str:
    """A moment as pages write it."""
    return "" if at is None else str(format_datetime(at, "yyyy-MM-dd HH:mm"))


def draft_json(draft: Draft, actor: Actor, names: Names) -> dict[str, Any]:
    """The draft as the wire carries it."""
    return {
        "id": draft.id,
        "name": draft.name,
        "note": draft.note,
        "author": draft.author,
        "stage": draft.stage.code,
        "stage_word": word(draft.stage),
        "shared": draft.shared,
        "locked": sorted(draft.locked),
        "revision": draft.revision,
        "base_version": draft.base_version,
        "created_at": draft.created_at.isoformat(),
        "changed_at": draft.changed_at.isoformat(),
        "effective_on": draft.effective_on.isoformat() if draft.effective_on else None,
        "reason": draft.reason,
        "submitted_by": draft.submitted_by,
        "checked_by": draft.checked_by,
        "approved_by": draft.approved_by,
        "applied_by": draft.applied_by,
        "changeset_id": draft.changeset_id,
        "undoes": draft.undoes,
        "undone_by": draft.undone_by,
        "can_undo": draft.can_undo,
        "can_redo": draft.can_redo,
        "may_change": may_change(draft, actor),
        "moves": [
            {
                "position": move.position,
                "kind": move.json.get("kind"),
                "move": move.json,
                "undone": move.undone,
                "author": move.author,
                "at": move.at.isoformat(),
                "at_words": moment(move.at),
                "sentence": move_sentence(move, names),
            }
            for move in draft.moves
        ],
    }


def state_json(state: DraftState, actor: Actor) -> dict[str, Any]:
    """The draft, its effect and its map as the studio takes them."""
    return {
        "draft": draft_json(state.draft, actor, state.names),
        **preview_json(state.preview),
        "problem": state.problem,
        "behind": [behind_json(one) for one in state.behind],
    }


def behind_json(found: Meanwhile) -> dict[str, Any]:
    """A grid that others changed, as the wire carries it."""
    return {"grid": found.grid, "name": found.name, "actor": found.actor, "at": moment(found.at)}


def sheet_json(preview: Preview) -> dict[str, Any]:
    """An effect without its map, its notes in the reader's language."""
    return {**preview.to_json(), "notes": notes_of(preview)}


def notes_of(preview: Preview) -> list[str]:
    """What to look at twice, in the reader's language, with the names of the grids."""
    names = {grid.code: grid.name for grid in preview.grids}
    return [naming(said(note.says, note.facts), names, names) for note in preview.notes]


def preview_json(preview: Preview | None) -> dict[str, Any]:
    """An effect with its map; both None when there is none."""
    if preview is None:
        return {"preview": None, "map": None}
    after = preview.map
    return {
        "preview": sheet_json(preview),
        "map": {"after": after.after, "before": after.before, "border": after.border},
    }
