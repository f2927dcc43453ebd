"""A repair: what cleaning would do at one place, or in one way, whom it touches and how it looks before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.grid_rows import GridRow

#: Every kind of repair, with what it does.
KINDS: Mapping[str, str] = {
    "ring": "an outline that crosses itself is drawn anew around the same ground",
    "crack": "cracks between neighbours are closed",
    "sliver": "thin overlaps between neighbours go to one of them",
    "special": "special grids are cut out of the grids they were drawn over",
    "overlap": "ground that two grids claim goes to one of them",
    "gap": "wide ground that no grid claims stays with the grid drawn around it, or outside",
    "crumb": "thin pieces cut off from their grid join a neighbour",
    "parent": "a grid comes under the parent it lies in instead of the one its row names",
    "led": "ground beyond the line of a wider grid that leads goes to grids on the other side",
    "tier": "ground that a wider grid was drawn around, or not, goes with the narrower grids on it",
    "lattice": "vertices are set where lines of neighbours cross, on the lattice",
    "outline": "the outlines of wider grids follow those of the grids in them",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a fault: its word, the grid that gets the ground ('' where it names none), and how much that is."""

    word: str
    grid: str
    households: int
    area_m2: float


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair.

    `id` is the same in every run over the same drawing; `kind` one of `KINDS`. `where` is a grid's code or a file's
    row. `households` change their grid by it, on `area_m2` of ground, in `count` places. `default` says whether it is
    accepted unless somebody objects; the others ask. `ground`, `before` and `after` are GeoJSON geometries in lon/lat:
    the ground in question, and the outlines around it before and after (None for repairs in many places). `answers`
    can be given instead of what the rules say, `answer` is the one that was given.
    """

    id: str
    kind: str
    where: str
    says: str
    facts: Mapping[str, Fact]
    hint: str = ""
    households: int = 0
    area_m2: float = 0.0
    count: int = 1
    default: bool = True
    accepted: bool = False
    point: tuple[float, float] | None = None
    ground: Any = None
    before: Any = None
    after: Any = None
    answers: tuple[Answer, ...] = ()
    answer: str = ""

    @property
    def message(self) -> str:
        """What the repair does, in one English sentence."""
        return self.says % self.facts

    def to_json(self) -> dict[str, object]:
        """The repair as plain values."""
        return {**asdict(self), "message": self.message}

    def to_finding(self) -> Finding:
        """The repair as a finding: an error until somebody accepts it."""
        return Finding.of(
            f"repair_{self.kind}",
            self.where,
            self.says,
            self.hint if self.accepted else self.hint or "accept the repair, or mend the drawing",
            facts=self.facts,
            households=self.households,
            severity="warning" if self.accepted else "error",
            point=self.point,
            area_m2=self.area_m2,
            repair=self.id,
            count=self.count,
        )


def ident(kind: str, *names: str, at: tuple[float, float] | None = None) -> str:
    """The id of a repair: its kind, and a digest of whom it touches and where, to 10 m."""
    place = "" if at is None else f"{at[0]:.0f}"[:-1] + f" {at[1]:.0f}"[:-1]
    return f"{kind}-{sha256(chr(31).join([*names, place]).encode()).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class Balance:
    """A grid's ground and households as drawn and as cleaned."""

    code: str
    area_before_m2: float
    area_after_m2: float
    households_before: int
    households_after: int


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What cleaning does: `rows` are the grids, cleaned; it is done once every repair is accepted.

    `findings` are what cannot be repaired. `gap_m` is the width up to which gaps were closed, `widths` the histogram of
    disputed faces' widths as (up to m, count). `households_moved` is how many end in another grid than the first that
    was drawn around them.
    """

    rows: Sequence[GridRow]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    balance: tuple[Balance, ...] = ()
    gap_m: float = 0.0
    widths: tuple[tuple[float, int], ...] = ()
    households_moved: int = 0
    srid: int = field(default=0)

    @property
    def open(self) -> tuple[Repair, ...]:
        """The repairs that nobody has accepted yet."""
        return tuple(repair for repair in self.repairs if not repair.accepted)

    def to_json(self) -> dict[str, object]:
        """The cleaning as plain values, without the rows."""
        return {
            "repairs": [repair.to_json() for repair in self.repairs],
            "findings": [finding.to_json() for finding in self.findings],
            "balance": [asdict(line) for line in self.balance],
            "gap_m": self.gap_m,
            "widths": [list(step) for step in self.widths],
            "households_moved": self.households_moved,
        }
