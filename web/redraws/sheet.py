"""The consequence sheet in the reader's words: what the page, the PDF and the workbook show alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from geo_grid.redraw import Figures, GridEffect, Preview
from geo_grid.vocabulary import Role, Tier
from web.formats import area
from web.language import word
from web.redraws.sentences import move_sentence
from web.redraws.state import DraftState, moment, notes_of
from web.redraws.studio import change_words, fate_words, figure_words


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of a grid before and after, as words."""

    name: str
    label: str
    before: str
    after: str
    values: tuple[float | None, float | None] = (None, None)
    """Before and after as bare numbers, areas in square metres."""
    is_bad: bool = False

    @property
    def differs(self) -> bool:
        """Whether the figure changes."""
        return self.before != self.after

    @property
    def is_telling(self) -> bool:
        """Whether it says more than that a grid begins or ends: none of something, or one part, does not."""
        ordinary = {"0", "1"} if self.name == "parts" else {"0"}
        return self.differs and not ("–" in {self.before, self.after} and {self.before, self.after} & ordinary)


@dataclass(frozen=True, slots=True)
class GridRows:
    """A grid that changes, with its figures."""

    code: str
    name: str
    tier: str
    change: str
    change_word: str
    figures: tuple[FigureRow, ...]

    def figure(self, name: str) -> FigureRow:
        """The figure of that name."""
        return next(row for row in self.figures if row.name == name)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The consequence sheet; every row is ready to be shown."""

    moves: tuple[tuple[str, str, str], ...]
    """(what, by whom, when)"""
    totals: tuple[tuple[str, str], ...]
    tiers: tuple[tuple[str, tuple[GridRows, ...]], ...]
    followers: int
    """Wider grids whose outline and sums merely follow."""
    flows: tuple[tuple[str, str, str, int, int], ...]
    """(from, to, area, households, persons)"""
    households: tuple[tuple[str, str, str, str, str], ...]
    """(code, address, persons, from, to)"""
    sites: tuple[tuple[str, str, str, str], ...]
    """(kind, name, before, after)"""
    posts: tuple[tuple[str, str, str, str, str], ...]
    """(grid, role, worker, fate, to)"""
    notes: tuple[str, ...]


def sheet_of(state: DraftState) -> Sheet | None:
    """The sheet of a draft; None when its effect cannot be told."""
    preview = state.preview
    if preview is None:
        return None
    names = {**state.names, **{grid.code: grid.name for grid in preview.grids}}

    def named(code: str) -> str:
        return f"{names[code]}（{code}）" if names.get(code) else code or str(_("outside the county"))

    return Sheet(
        moves=tuple(
            (move_sentence(move, state.names), move.author, moment(move.at))
            for move in state.draft.moves
            if not move.undone
        ),
        totals=_totals(preview),
        tiers=tiers_of(preview.grids),
        followers=sum(grid.change == "derived" for grid in preview.grids),
        flows=tuple(
            (named(flow.source), named(flow.target), area(flow.area_m2), flow.households, flow.persons)
            for flow in preview.flows
        ),
        households=tuple(
            (
                door.code,
                door.address,
                str(door.persons if door.persons is not None else "–"),
                named(door.source),
                named(door.target),
            )
            for door in preview.households
        ),
        sites=tuple(
            (_site_word(site.kind), site.name, _listed(site.before, named), _listed(site.after, named))
            for site in preview.sites
        ),
        posts=tuple(
            (
                named(post.grid),
                word(post.role) if isinstance(post.role, Role) else str(post.role),
                post.name or str(_("vacant")),
                fate_words().get(post.fate, post.fate),
                named(post.to) if post.to else "",
            )
            for post in preview.posts
        ),
        notes=tuple(notes_of(preview)),
    )


def _site_word(kind: str) -> str:
    return str(_("Risk site")) if kind == "risk_site" else str(_("Service centre"))


def _listed(codes: Sequence[str], named: Any) -> str:
    return "、".join(named(code) for code in codes) or "–"


def _totals(preview: Preview) -> tuple[tuple[str, str], ...]:
    totals = preview.totals
    return (
        (str(_("households move")), f"{totals.households:,}"),
        (str(_("persons")), f"{totals.persons:,}"),
        (str(_("ground")), area(totals.area_m2)),
        (str(_("grids change")), f"{sum(grid.change != 'derived' for grid in preview.grids):,}"),
        (str(_("sites")), f"{totals.sites:,}"),
        (str(_("posts")), f"{totals.posts:,}"),
    )


def tiers_of(grids: Iterable[GridEffect]) -> tuple[tuple[str, tuple[GridRows, ...]], ...]:
    """The grids that change themselves, by tier, narrow ones first."""
    changed = [grid for grid in grids if grid.change != "derived"]
    by_tier = [(tier, [grid for grid in changed if grid.tier is tier]) for tier in reversed(list(Tier))]
    return tuple((word(tier), tuple(map(_rows, mine))) for tier, mine in by_tier if mine)


def _rows(grid: GridEffect) -> GridRows:
    before, after = written(grid.before), written(grid.after)
    figures = tuple(
        FigureRow(
            name,
            label,
            before[name],
            after[name],
            (getattr(grid.before, name, None), getattr(grid.after, name, None)),
            _is_bad(name, grid.after),
        )
        for name, label in figure_words().items()
    )
    return GridRows(
        grid.code, grid.name, word(grid.tier), grid.change, change_words().get(grid.change, grid.change), figures
    )


def _is_bad(name: str, after: Figures | None) -> bool:
    if after is None:
        return False
    return (name == "households" and after.size in {"few", "many"}) or (name == "parts" and after.parts > 1)


def written(figures: Figures | None) -> dict[str, str]:
    """The figures of a grid as words; dashes for a grid that is not there."""
    if figures is None:
        return dict.fromkeys(figure_words(), "–")
    whole = ("households", "persons", "parts", "risk_sites", "facilities", "posts", "workers", "vacant")
    return {name: f"{getattr(figures, name):,}" for name in whole} | {
        "load": "–" if figures.load is None else f"{round(100 * figures.load)}%",
        "area_m2": area(figures.area_m2),
        "compactness": f"{figures.compactness:.2f}",
    }
