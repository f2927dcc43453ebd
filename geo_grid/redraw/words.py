"""What redraws say when something may not be: sentences with places for facts, which pages translate whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo_grid.vocabulary import Stage, Tier

#: Reason: the sentence. Facts whose name begins with `tier` or `stage` are codes, and are said as words.
WHY: dict[str, str] = {
    # the line or the ring
    "not_finite": "the line has a coordinate that is no number: draw it again",
    "too_many_vertices": "the line has more than 10,000 vertices: draw it simpler",
    "too_far": "the line reaches out of the county's surroundings: draw it inside",
    "too_short": "the line is shorter than a metre: draw a longer one",
    "self_crossing": "the line crosses itself: draw it without the loop",
    "too_close": "the borders there are too close together to be changed: draw elsewhere",
    "line_misses": "the line does not cross grid %(grid)s: draw it from border to border",
    "line_follows": "the line follows the border of grid %(grid)s and cuts nothing off: draw it through the grid",
    "line_ends_inside": ("the line ends inside grid %(grid)s, %(gap_m).1f m from its border: draw it on to the border"),
    "cut_sliver": ("the line cuts only %(area_m2).1f m², %(width_m).2f m wide, off grid %(grid)s: draw it further in"),
    "reshape_sliver": "the line moves only %(area_m2).1f m² of the border of %(grid)s: draw it further away",
    "ring_sliver": "the ring holds only %(area_m2).1f m², %(width_m).2f m wide: draw a larger one",
    "ring_outside": "the ring lies outside the county: draw it inside",
    "undecided": "it cannot be told which side of the line %(grid)s should keep: draw from border to border",
    "no_touch": "the line does not meet the border of grid %(grid)s twice: draw it from border to border",
    "takes_outside": "the line would take in ground outside the county: extend the county for that",
    "no_far_side": "no grid on the other side of the line touches %(grid)s: draw the line in smaller steps",
    "no_place": "%(grid)s, a %(tier)s, has no place beside %(other)s: draw around it",
    "no_new_side": (
        "ground given away would have no neighbour on its new side: draw the line in smaller steps, without a loop"
    ),
    "outline_moves": "the county's outline would move: use extend or shrink for that, or draw inside the county",
    # which grids
    "unknown_grid": "there is no grid %(grid)s: name one that stands",
    "no_grid_named": "no grid was named: name the grids to be cut",
    "cut_holds_others": "grid %(grid)s holds other grids: divide it with split_grid, or name its leaves",
    "divide_leaf": "grid %(grid)s is a leaf: cut it with split",
    "one_side": "all grids in %(grid)s lie on one side of the line: draw it between them, or cut them too",
    "code_too_long": "a new code under %(grid)s would be longer than 40 characters: recode the parent first",
    "keeper_missing": "%(grid)s is to stay but is not among the grids to be merged: name it too",
    "merge_alone": "one grid cannot be merged with itself: name another one",
    "merge_tiers": "%(other)s is a %(tier_other)s, %(grid)s a %(tier)s: merge like with like",
    "merge_parents": "%(other)s lies in %(parent_other)s, %(grid)s in %(parent)s: transfer it first, then merge",
    "same_parent": "grid %(grid)s lies in %(parent)s already: name another",
    "root_stays": "grid %(grid)s is a %(tier)s and lies in no parent",
    "not_beside": "%(other)s is neither the parent nor a sibling of %(grid)s: name one, or none",
    "cannot_take_in": "%(other)s is a %(tier_other)s and cannot take in a %(tier)s",
    "holds_nothing": "grid %(grid)s holds nothing",
    "no_parent": "grid %(grid)s has no parent: name the grid that takes it in",
    "none_beside": "no grid beside %(grid)s in %(parent)s can take it in: name one, or the parent",
    "name_of_grid": "a grid's name has 1 to 100 printable characters: give another one",
    "paint_head": "grid %(grid)s holds other grids: give the ground to one of its leaves",
    "painted_already": "all ground in the ring belongs to %(grid)s already",
    "carve_tier": "a %(tier)s cannot be carved into %(grid)s, a %(tier_parent)s",
    "extend_head": "grid %(grid)s holds other grids: extend one of its leaves",
    "extend_inside": "no ground in the ring lies outside the county: draw it over the outline",
    "extend_apart": "the ring does not reach over a border of %(grid)s with the outside: draw it so",
    "shrink_nothing": "the ring holds no ground of the county: draw it over the outline",
    "swallowed": "%(listed)s would lose all ground: draw around, or let the ring absorb them",
    "reshape_tiers": "%(grid)s and %(other)s are of different tiers: name two grids side by side",
    "locked": "grid %(grid)s is locked in this draft: draw around it or unlock it",
    # what would come out
    "nothing_changes": "the move changes nothing: draw or choose something else",
    "loses_all": "grid %(grid)s would lose all its ground: draw less, or merge it",
    "unsound": "the ground of grid %(grid)s would not be a sound area: draw elsewhere",
    "still_holds": "grid %(grid)s still holds grids: give them another parent first",
    "left_empty": "grid %(grid)s would be left without ground: merge or dissolve it instead",
    "needs_parent": "%(tier)s %(grid)s needs a parent: name one of a wider tier",
    "cycle": "grid %(grid)s would lie in itself: choose another parent",
    "cannot_lie_in": "%(tier)s %(grid)s cannot lie in %(tier_parent)s %(parent)s: choose a parent of another tier",
    "households_outside": "%(households)d households would lie outside the county: leave their ground in it",
    "households_uncovered": (
        "%(households)d households would lie on ground of %(grid)s that no leaf covers: give them to a leaf"
    ),
    # drafts and their way into force
    "no_redraw": "there is no redraw %(number)s: see the list of redraws",
    "name_of_redraw": "a redraw's name has 1 to 100 printable characters: give another one",
    "note_too_long": "a note has at most 2,000 characters: shorten it",
    "too_many_moves": "a draft holds at most %(most)d moves: begin another one",
    "nothing_to_undo": "there is no move to undo: draw one first",
    "nothing_to_redo": "there is no undone move: undo one first",
    "no_moves": "the draft has no moves: draw one before handing it in",
    "not_yours": "this redraw is %(author)s's: ask them",
    "not_yours_to_share": "only %(author)s may share this draft or take it back: ask them",
    "draft_moved": "the draft was changed meanwhile (revision %(revision)d): look again, then repeat",
    "stage_closed": "a redraw that is %(stage)s is not changed any more: reopen it, or make another",
    "stage_step": "a redraw that is %(stage)s cannot become %(stage_to)s: see its steps",
    "own_approval": "whoever drew a redraw cannot approve it: ask somebody else to",
    "past_date": "a redraw cannot take effect in the past: give %(today)s or a later day",
    "not_yet": "the redraw takes effect on %(day)s: apply it from that day on",
    "no_reason": "a refusal needs a reason: say what should be different",
    "moved": "grid %(grid)s was changed by %(actor)s on %(at)s: rebase the draft, look at it again, then repeat",
    "moved_now": "grid %(grid)s is being changed by others: try again in a moment",
    "later_changes": ("later changes stand in the way (%(changes)s): undo those first, or draw a new redraw"),
    "undone_already": "redraw %(number)s undid this one: undo that one to have it again",
    # what to look at twice
    "out_of_size": "%(grid)s would hold %(households)d households: %(fewest)d to %(most)d is usual",
    "in_parts": "%(grid)s would lie in %(parts)d separate parts",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and its facts; as a text it is English."""

    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """The sentence with places for the facts."""
        return WHY[self.reason]

    def __str__(self) -> str:
        """The sentence in English."""
        return self.says % {name: _english(name, fact) for name, fact in self.facts.items()}

    def to_json(self) -> dict[str, Any]:
        """The sentence as plain values."""
        return {"reason": self.reason, "facts": dict(self.facts), "message": str(self)}


class Told(Exception):
    """An error that keeps the facts of its sentence apart; stands before the kind of error among the bases."""

    def __init__(self, reason: str, **facts: Any) -> None:
        self.said = Said(reason, facts)
        super().__init__(str(self.said))

    @property
    def facts(self) -> Mapping[str, Any]:
        """The figures and names of the reason."""
        return self.said.facts


def _english(name: str, fact: Any) -> Any:
    """A fact as English says it."""
    if name.startswith("tier"):
        return Tier[fact].en.lower()
    return Stage[fact].en.lower() if name.startswith("stage") else fact
