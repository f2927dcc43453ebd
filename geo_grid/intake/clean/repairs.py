"""The repairs that a cleaned scene stands for: few enough to be read, each with its households and ground."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Fact
from geo_grid.intake.clean.answers import offers
from geo_grid.intake.clean.cases import Case, cases_of
from geo_grid.intake.clean.doors import Doors
from geo_grid.intake.clean.leading import Piece, ancestor_of
from geo_grid.intake.clean.pictures import ToDegrees, largest, outlines_near
from geo_grid.intake.clean.place import Place
from geo_grid.intake.clean.repair import Answer, Repair, ident
from geo_grid.intake.clean.rules import BY_KIND, REDRAW, CleaningRules
from geo_grid.intake.clean.saying import area, called, told_of
from geo_grid.intake.clean.scene import Scene
from geo_grid.intake.clean.tiers import LEAST_M2, difference_id, differences
from geo_grid.intake.clean.vertices import lattice_repair
from geo_grid.partition.lattice import Integers

#: Places of one kind shown on the map together.
_MOST_DRAWN = 200
#: Differences of one tier told one by one, the largest; the rest is told as a whole.
_MOST_TOLD = 50

_TOGETHER = {
    "crack": "%(count)d cracks between grids of %(grid)s are closed: %(area)s",
    "sliver": "%(count)d thin overlaps between grids of %(grid)s go to the one that comes first: %(area)s",
    "special": "special grids in %(grid)s are cut out of the grids they were drawn over, in %(count)d places: %(area)s",
    "led": "%(count)d pieces of ground change hands so that narrower grids keep to the lines of %(grid)s: %(area)s",
    "crumb": "%(count)d thin pieces cut off from grids of %(grid)s join a neighbour: %(area)s",
}

#: What is said of a difference between tiers, by whether the wider grid was drawn around the ground, and leads there.
_DIFFERENCES = {
    (True, False): "%(grid)s was drawn around %(area)s that go with other grids",
    (False, False): "%(grid)s gets %(area)s that it was not drawn around",
    (True, True): "%(grid)s keeps %(area)s that it was drawn around: the grids in it are extended, as was answered",
    (False, True): "%(grid)s leaves %(area)s that it was not drawn around: the grids in it are cut, as was answered",
}


def repairs_of(scene: Scene, doors: Doors, rules: CleaningRules, srid: int) -> tuple[Repair, ...]:
    """Every repair, those that ask first within their kind."""
    return tuple(_Teller(scene, doors, rules, srid).all())


class _Teller:
    """Makes repairs of what happened in a scene."""

    def __init__(self, scene: Scene, doors: Doors, rules: CleaningRules, srid: int) -> None:
        self._scene, self._doors, self._rules = scene, doors, rules
        self._degrees = ToDegrees(srid)
        self._moved = doors.by_face(len(scene.cleaned.owner))

    def all(self) -> list[Repair]:
        """Every repair."""
        found = [*self._rings(), *self._parents()]
        found += [self._case(case) for case in cases_of(self._scene)]
        found += self._together([place for place in self._scene.places if place.kind in _TOGETHER])
        found += lattice_repair(self._scene)
        found += self._tiers()
        return found

    def _repair(
        self,
        kind: str,
        where: str,
        says: str,
        facts: dict[str, Fact],
        ground: Any,
        *,
        names: Sequence[str],
        shown: Iterable[int] = (),
        **given: Any,
    ) -> Repair:
        """A repair, its pictures drawn: `shown` are the places of the grids whose outlines are shown."""
        at = None if ground is None else (float(shapely.bounds(ground)[0]), float(shapely.bounds(ground)[1]))
        name = ident(kind, *names, at=at)
        rows = list(shown)
        before = outlines_near([self._scene.shapes[row] for row in rows], ground) if rows else None
        after = outlines_near([self._scene.after[row] for row in rows], ground) if rows else None
        given.setdefault("area_m2", 0.0 if ground is None else float(shapely.area(ground)))
        return Repair(
            id=name,
            kind=kind,
            where=where,
            says=says,
            facts=facts,
            accepted=self._rules.accepts(name, kind),
            point=self._degrees.point(ground),
            ground=self._degrees.shape(ground),
            before=self._degrees.shape(before),
            after=self._degrees.shape(after),
            **given,
        )

    def _rings(self) -> list[Repair]:
        """A repair for each outline that crosses itself."""
        return [self._ring(int(place)) for place in self._scene.ringed]

    def _ring(self, place: int) -> Repair:
        row, shape = self._scene.rows[place], self._scene.shapes[place]
        reason = str(shapely.is_valid_reason(self._scene.drawn[place])).partition("[")[0].lower()
        says = "the outline of %(grid)s is not valid (%(reason)s) and is drawn anew around %(area)s"
        facts: dict[str, Fact] = {"grid": called(row), "reason": reason, "area": area(float(shape.area))}
        return self._repair("ring", row.where, says, facts, shape, names=[row.code, row.where])

    def _parents(self) -> list[Repair]:
        """A repair for each grid that lies in another parent than its row says."""
        found = []
        for clash in self._scene.tree.conflicts:
            row, other = self._scene.rows[clash.row], self._scene.rows[clash.found]
            said = called(self._scene.rows[clash.said]) if clash.said >= 0 else row.parent
            says = "%(grid)s names %(said)s as its parent: %(said_share)d %% lie there, but %(share)d %% in %(found)s"
            facts: dict[str, Fact] = {
                "grid": called(row),
                "said": said,
                "found": called(other),
                "said_share": round(100 * clash.said_share),
                "share": round(100 * clash.found_share),
            }
            inside = self._households_in(clash.row)
            hint = "accept it to put the grid under that parent, or correct the row"
            shape = self._scene.shapes[clash.row]
            shown = [place for place in (clash.row, clash.said, clash.found) if place >= 0]
            found.append(
                self._repair(
                    "parent",
                    row.where,
                    says,
                    facts,
                    shape,
                    names=[row.code, row.where],
                    shown=shown,
                    hint=hint,
                    households=inside,
                    default=False,
                )
            )
        return found

    def _households_in(self, place: int) -> int:
        """How many households a grid has, itself or in the grids of it."""
        if place < self._scene.cells:
            return int((self._doors.after == place).sum())
        return self._doors.inside(self._scene.after[place])

    def _case(self, case: Case) -> Repair:
        """The repair of an overlap or of gaps, with its answers."""
        told = told_of(self._scene, case, self._rules.answer(case.id, case.kind))
        return self._repair(
            case.kind,
            told.where,
            told.says,
            told.facts,
            case.ground,
            names=case.names,
            shown=case.places[0].claims,
            hint=told.hint,
            households=told.households(self._moved_of(case.faces), self._doors.inside(case.ground)),
            count=len(case.places),
            default=told.default,
            answers=offers(self._scene, case, self._doors),
            answer=self._rules.answer(case.id, case.kind),
        )

    def _together(self, places: Sequence[Place]) -> list[Repair]:
        """One repair for all places of a kind in one of the widest grids."""
        groups: dict[tuple[str, int], list[Place]] = defaultdict(list)
        for place in places:
            groups[place.kind, self._head(place) if self._has_wider() else -1].append(place)
        return [self._many(kind, root, members) for (kind, root), members in sorted(groups.items(), key=_by_key)]

    def _head(self, place: Place) -> int:
        """The grid under which a place is told: the widest one, or that whose line leads where it is no slip."""
        holder = place.owner if place.owner >= 0 else place.claims[0]
        if place.kind != "led" or place.area_m2 < LEAST_M2:
            return self._scene.tree.root(holder)
        return ancestor_of(holder, self._rules.lead, self._scene.rows, self._scene.tree)

    def _has_wider(self) -> bool:
        """Whether there is any tier above the cells."""
        return self._scene.cells < len(self._scene.rows)

    def _many(self, kind: str, root: int, members: Sequence[Place]) -> Repair:
        """One repair for many places."""
        row = self._scene.rows[root] if root >= 0 else None
        total = sum(place.area_m2 for place in members)
        facts: dict[str, Fact] = {
            "count": len(members),
            "grid": "the files" if row is None else called(row),
            "area": area(total),
        }
        faces = np.concatenate([place.faces for place in members])
        return self._repair(
            kind,
            "the files" if row is None else row.where,
            _TOGETHER[kind],
            facts,
            largest(self._scene.cleaned.faces.shape[faces], _MOST_DRAWN),
            names=["" if row is None else row.code],
            households=self._moved_of(faces),
            area_m2=total,
            count=len(members),
            default=kind != "led",
        )

    def _moved_of(self, faces: Integers) -> int:
        """How many households in some faces change their grid."""
        return int(self._moved[faces].sum())

    def _tiers(self) -> list[Repair]:
        """The repairs of wider grids."""
        found, changed = differences(self._scene)
        by_tier: dict[str, list[Piece]] = defaultdict(list)
        for one in (*self._scene.kept, *found):
            by_tier[self._scene.rows[one.grid].tier.code].append(one)
        told = []
        for members in by_tier.values():
            members.sort(key=lambda one: -float(one.ground.area))
            told += [self._difference(one) for one in members[:_MOST_TOLD]]
        return told + self._outlines(changed)

    def _difference(self, one: Piece) -> Repair:
        """The repair of one thick difference, with its answers."""
        row, households = self._scene.rows[one.grid], self._doors.inside(one.ground)
        facts: dict[str, Fact] = {"grid": called(row), "area": area(float(one.ground.area))}
        kept = any(one is piece for piece in self._scene.kept)
        offered = [
            Answer(word, "", households, round(float(one.ground.area), 3)) for word in BY_KIND["tier"] if word != REDRAW
        ]
        return self._repair(
            "tier",
            row.where,
            _DIFFERENCES[one.takes, kept],
            facts,
            one.ground,
            names=[row.code, row.where],
            shown=[one.grid],
            hint=""
            if kept
            else "accept it to follow the narrower grids, say that the wider grid's line leads, or redraw",
            households=households,
            default=False,
            answers=tuple(offered),
            answer=self._rules.answer(difference_id(self._scene, one), "tier"),
        )

    def _outlines(self, changed: dict[int, float]) -> list[Repair]:
        """One repair for each wider tier whose outlines follow the narrower ones."""
        groups: dict[str, list[int]] = defaultdict(list)
        for place in changed:
            groups[self._scene.rows[place].tier.code].append(place)
        told = []
        for tier, members in groups.items():
            total = sum(changed[place] for place in members)
            says = "the outlines of %(count)d %(tier)s grids follow the narrower grids in them: %(area)s change hands"
            facts: dict[str, Fact] = {"count": len(members), "tier": tier, "area": area(total)}
            told.append(
                self._repair("outline", tier, says, facts, None, names=[tier], area_m2=total, count=len(members))
            )
        return told


def _by_key(group: tuple[tuple[str, int], Any]) -> tuple[str, int]:
    """What groups are sorted by."""
    return group[0]
