"""What the studio's scripts are told at the start: the draft with its effect, and every word they show."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from geo_grid.access import Actor
from geo_grid.vocabulary import PARENT_TIERS, Tier
from web.language import word
from web.overview import Overview
from web.pagedata import page_data
from web.redraws.state import DraftState, state_json

FEWEST, MOST = 10, 40
"""Households of a micro grid (source county)."""


def studio_data(overview: Overview, state: DraftState, actor: Actor) -> dict[str, Any]:
    """The block of JSON in the studio's page."""
    told = page_data(overview, None, has_basemap=False)
    return {
        **told,
        "redraw": state_json(state, actor),
        "parentTiers": {tier.code: [parent.code for parent in parents] for tier, parents in PARENT_TIERS.items()},
        "levels": {**{tier.code: word(tier) for tier in Tier}, "LEAF": leaf_word()},
        "fewest": FEWEST,
        "most": MOST,
        "changes": change_words(),
        "fates": fate_words(),
        "words": {**told["words"], **_hints(), **_words(), **_figures(), **_tools()},
    }


def leaf_word() -> str:
    """The word for the level of both leaf tiers."""
    return str(_("%(one)s and %(other)s", one=word(Tier.MICRO), other=word(Tier.SPECIAL)))


def change_words() -> dict[str, str]:
    """What a redraw does to a grid."""
    return {
        "new": _("new"),
        "gone": _("ends"),
        "ground": _("other ground"),
        "parent": _("other parent"),
        "name": _("other name"),
        "derived": _("outline follows"),
    }


def fate_words() -> dict[str, str]:
    """What a redraw does to a post."""
    return {"ends": _("ends"), "handed": _("handed over"), "new": _("new")}


def _tools() -> dict[str, str]:
    return {
        "tool_pick": _("Choose"),
        "tool_split": _("Split"),
        "tool_merge": _("Merge"),
        "tool_edge": _("Drag a border"),
        "tool_reshape": _("Draw a border"),
        "tool_carve": _("Carve out"),
        "tool_paint": _("Paint over"),
        "tool_transfer": _("Transfer"),
        "tool_dissolve": _("Dissolve"),
        "tool_extend": _("Extend"),
        "tool_shrink": _("Shrink"),
        "tool_rename": _("Rename"),
        "tool_lock": _("Lock"),
    }


def _hints() -> dict[str, str]:
    return {
        "hintPick": _("Click a grid. Figures 1 to 5 change the tier."),
        "hintPicked": _("Now choose a tool. Shift and click choose several."),
        "hintSplitPick": _("Click the grid to be cut; several are cut along one line."),
        "hintSplitDraw": _("Draw the line right across: click its vertices, begin outside or on the border."),
        "hintSplitGoOn": _("Double click or Enter cuts. Backspace takes a vertex back."),
        "hintMergePick": _("Click the grids to be made one."),
        "hintMergeSend": _("Choose which one stays, then Enter."),
        "hintEdgePick": _("Click one of the two grids."),
        "hintEdgeChoose": _("Click the border that is to be moved."),
        "hintEdgeDrag": _(
            "Drag its vertices; Shift moves one alone. Small dots make new ones, Alt and click takes one away."
        ),
        "hintEdgeSend": _("Enter takes the new border over. Ctrl Z takes a drag back."),
        "hintReshapePick": _("Click the grid whose border is drawn anew."),
        "hintReshapeDraw": _("Draw the new border: begin and end on the old one, or cross it."),
        "hintReshapeGoOn": _("Double click or Enter takes it over. Backspace takes a vertex back."),
        "hintCarveDraw": _("Draw the area of the new grid: click its corners."),
        "hintPaintPick": _("Click the grid that is to get the ground."),
        "hintPaintDraw": _("Draw the area that it gets."),
        "hintRegionGoOn": _("Double click, Enter or the first corner closes the area."),
        "hintTransferPick": _("Click the grid that is to have another parent."),
        "hintTransferParent": _("Click anywhere in the new parent."),
        "hintTransferSend": _("Enter transfers it, with all below it."),
        "hintDissolvePick": _("Click the grid that is to end."),
        "hintDissolveSend": _("Choose who gets its ground, then Enter."),
        "hintExtendPick": _("Click the grid that is to reach beyond the county's edge."),
        "hintExtendDraw": _("Draw the area that it gets, from inside over the edge."),
        "hintShrinkDraw": _("Draw the area that leaves the county."),
        "hintRenamePick": _("Click the grid that is to have another name."),
        "hintRenameSend": _("Write the name, then Enter."),
        "hintLock": _("Click grids: nothing goes into a locked one, nothing out of it."),
    }


def _words() -> dict[str, str]:
    return {
        "comma": _(", "),
        "more": _("and %(count)s more", count="{count}"),
        "count": _("%(count)s households", count="{count}"),
        "persons": _("%(count)s persons", count="{count}"),
        "newGrid": _("New grid"),
        "outside": _("outside the county"),
        "nobodyMoves": _("No household changes its grid"),
        "countedHere": _("counted while you draw"),
        "countedThere": _("checked by the server in %(ms)s ms", ms="{ms}"),
        "moveAdded": _("Taken over: %(count)s households change their grid in this draft", count="{count}"),
        "changedBy": _("%(grid)s (%(code)s) was changed by %(actor)s.", grid="{grid}", code="{code}", actor="{actor}"),
        "byAt": _("changed by %(actor)s, %(at)s", actor="{actor}", at="{at}"),
        "closed": _("This draft cannot be changed now"),
        "zoomIn": _("Zoom in to choose a grid of this tier"),
        "nothingHere": _("There is no %(level)s here", level="{level}"),
        "noParentHere": _("No grid here can be its parent"),
        "longestBorder": _("the neighbour with the longest common border"),
        "noMoves": _("No move yet. Choose a grid on the map and a tool at the left."),
        "noMovesClosed": _("There is no move in this draft."),
        "undone": _("taken back"),
        "noEffect": _("Nothing changes yet."),
        "noProblems": _("No problem is known."),
        "flows": _("Ground and households"),
        "sites": _("Risk sites and facilities"),
        "posts": _("Posts that change hands"),
        "tooFew": _("%(name)s would have only %(count)s households", name="{name}", count="{count}"),
        "tooMany": _("%(name)s would have %(count)s households", name="{name}", count="{count}"),
        "inParts": _("%(name)s would be in %(count)s parts", name="{name}", count="{count}"),
        "outdated": _("The live map has changed: load the page again to see it"),
        "totalHouseholds": _("households move"),
        "totalPersons": _("persons"),
        "totalSites": _("sites"),
        "totalPosts": _("posts"),
    }


def _figures() -> dict[str, str]:
    return {f"figure_{name}": text for name, text in figure_words().items()}


def figure_words() -> dict[str, str]:
    """The figures of a grid."""
    return {
        "households": _("Households"),
        "persons": _("Persons"),
        "load": _("Load against the mean"),
        "area_m2": _("Area"),
        "compactness": _("Compactness"),
        "parts": _("Parts"),
        "risk_sites": _("Risk sites"),
        "facilities": _("Service centres"),
        "posts": _("Number of posts"),
        "workers": _("Workers"),
        "vacant": _("Vacant posts"),
    }
