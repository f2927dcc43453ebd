"""A plan: what an import is to write, what that changes, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from geo_grid.checks.finding import Finding
from geo_grid.households import HouseholdRows
from geo_grid.intake.clean import Cleaning
from geo_grid.intake.diff import Diff, NounDiff, moved_between
from geo_grid.intake.grid_plan import GridPlan
from geo_grid.intake.household_plan import Moves
from geo_grid.intake.retire import Gone
from geo_grid.intake.staff_plan import StaffPlan
from geo_grid.intake.tally import Tally


@dataclass(slots=True)
class Plan:
    """What is to be written; nothing may be while `findings` holds an error.

    Risk sites and facilities already lie staged in the transaction that made the plan, and so do the households when
    others stand; where none stands, `households` holds them. `gone` is what stands and is not in the files, by
    noun, with what is retired of it.
    """

    srid: int
    grids: GridPlan = field(default_factory=GridPlan)
    staff: StaffPlan = field(default_factory=StaffPlan)
    moves: Moves = field(default_factory=Moves)
    households: HouseholdRows | None = None
    given: frozenset[str] = frozenset()
    tallies: dict[str, Tally] = field(default_factory=dict)
    nouns: dict[str, NounDiff] = field(default_factory=dict)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cleaning: Cleaning | None = None
    gone: dict[str, Gone] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return any(tally.writes for tally in self.tallies.values()) or bool(self.grids.versions or self.renamed)

    @property
    def diff(self) -> Diff:
        """What it does to what stands."""
        return Diff(self.nouns, moved_between(self.moves), len(self.moves.codes))

    def by_noun(self, noun: str) -> Tally:
        """The tally of a noun, nothing when the files hold none of it."""
        return self.tallies.get(noun, Tally())
