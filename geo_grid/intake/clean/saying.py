"""What is said of overlaps and gaps, as the rules or an answer settle them."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.checks.finding import Fact
from geo_grid.intake.clean.cases import Case
from geo_grid.intake.clean.rules import KEEP, NEIGHBOUR, NEW, REDRAW
from geo_grid.intake.clean.scene import Scene
from geo_grid.intake.grid_rows import GridRow

_GAPS = {
    NEIGHBOUR: "%(area)s that no grid covers go to the neighbours with the longest border, in %(count)d places",
    NEW: "%(area)s that no grid covers become new grids, in %(count)d places",
}
_TO = "%(area)s that no grid covers go to %(grid)s"


@dataclass(frozen=True, slots=True)
class Told:
    """The words of one case; households are told by who moves (`moving`) or who lives there."""

    where: str
    says: str
    facts: dict[str, Fact]
    hint: str
    default: bool
    moving: bool

    def households(self, moved: int, inside: int) -> int:
        """How many households it touches."""
        return moved if self.moving else inside


def told_of(scene: Scene, case: Case, answer: str) -> Told:
    """What is said of a case that got that answer ('' for none)."""
    if case.kind == "overlap":
        return _overlap(scene, case, answer)
    total = sum(place.area_m2 for place in case.places)
    facts: dict[str, Fact] = {"area": area(total), "count": len(case.places)}
    keeper = scene.rows[case.owner] if case.owner >= 0 else None
    where = "county" if keeper is None else keeper.where
    if answer not in ("", KEEP, REDRAW):
        taker = scene.rows[int(scene.cleaned.owner[case.faces[0]])]
        return Told(where, _GAPS.get(answer, _TO), facts | {"grid": called(taker)}, "", default=False, moving=False)
    if keeper is not None:
        says = "%(area)s that no narrower grid covers stay with %(grid)s, in %(count)d places"
        return Told(where, says, facts | {"grid": called(keeper)}, "", default=True, moving=False)
    says = "%(area)s between the grids belong to nobody and stay outside"
    if len(case.names) > 1:
        says = "%(count)d more gaps between the grids, none above %(most)s, stay outside: %(area)s"
        facts["most"] = area(case.places[0].area_m2)
    return Told(where, says, facts, "", default=False, moving=False)


def _overlap(scene: Scene, case: Case, answer: str) -> Told:
    """What is said of an overlap."""
    rows = [scene.rows[cell] for cell in case.places[0].claims]
    winner = scene.rows[int(scene.cleaned.owner[case.faces[0]])]
    says = "%(grids)s claim the same %(area)s: %(grid)s comes first and gets it"
    if answer not in ("", REDRAW):
        says = "%(grids)s claim the same %(area)s: %(grid)s gets it, as was answered"
    names = "、".join(called(row) for row in rows[:4]) + (" …" if len(rows) > 4 else "")
    facts: dict[str, Fact] = {"grids": names, "area": area(case.places[0].area_m2), "grid": called(winner)}
    hint = "accept it, give another answer, or mend the drawing"
    return Told(winner.where, says, facts, hint, default=False, moving=True)


def called(row: GridRow) -> str:
    """What to call a grid in a sentence."""
    return f"{row.name} ({row.code})" if row.name and row.code and row.name != row.code else row.code or row.name


def area(square_metres: float) -> str:
    """An area as people say it."""
    if square_metres >= 1e6:
        return f"{square_metres / 1e6:.2f} km²"
    return f"{square_metres / 1e4:.2f} ha" if square_metres >= 1000 else f"{square_metres:.1f} m²"
