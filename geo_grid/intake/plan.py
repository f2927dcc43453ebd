"""What a whole import would do, noun by noun, and everything that stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from geo_grid.checks.degrees import in_degrees
from geo_grid.checks.finding import Finding, errors_in
from geo_grid.facilities import compare_facilities, stage_facilities
from geo_grid.grids import Net, county_srid, read_cells, read_codes, read_geoms, read_net
from geo_grid.households import HouseholdRows, any_households, compare_households, households_in, stage_households
from geo_grid.intake.crs import into_county
from geo_grid.intake.fields import Noun, check_choices, noun_of
from geo_grid.intake.grid_plan import GridPlan, plan_grids
from geo_grid.intake.grid_rows import grid_rows, tier_of_name
from geo_grid.intake.grid_tree import grid_tree
from geo_grid.intake.household_plan import Cells, Moves, move_standing, place_households
from geo_grid.intake.household_rows import household_rows, with_points
from geo_grid.intake.layer import Layer
from geo_grid.intake.read import Options
from geo_grid.intake.report import Tally
from geo_grid.intake.site_rows import facility_rows, risk_site_rows
from geo_grid.intake.staff_plan import StaffPlan, plan_staff
from geo_grid.intake.staff_rows import staff_rows
from geo_grid.intake.watch import Watch
from geo_grid.risks import compare_risk_sites, stage_risk_sites
from geo_grid.staffing import read_staff, read_worker_codes


@dataclass(slots=True)
class Plan:
    """What is to be written; nothing may be while `findings` holds an error.

    Risk sites and facilities already lie staged in the transaction that made the plan, and so do the households when
    others stand; where none stands, `households` holds them.
    """

    srid: int
    grids: GridPlan = field(default_factory=GridPlan)
    staff: StaffPlan = field(default_factory=StaffPlan)
    moves: Moves = field(default_factory=Moves)
    households: HouseholdRows | None = None
    given: frozenset[str] = frozenset()
    tallies: dict[str, Tally] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return any(tally.writes for tally in self.tallies.values()) or bool(self.grids.versions)

    def by_noun(self, noun: str) -> Tally:
        """The tally of a noun, nothing when the files hold none of it."""
        return self.tallies.get(noun, Tally())


def plan(
    conn: Connection,
    layers: Sequence[Layer],
    options: Options | None = None,
    *,
    today: date | None = None,
    watch: Watch | None = None,
) -> Plan:
    """What the layers would do to the county as `conn` sees it."""
    options, watch = options or Options(), watch or Watch()
    planner = _Planner(conn, options, watch)
    sorted_layers = planner.sort(layers)
    planner.grids(sorted_layers.get(Noun.GRIDS, []))
    if not errors_in(planner.plan.findings):
        # What grids would be there is not known otherwise, and every worker and household would be a finding.
        planner.staff(sorted_layers.get(Noun.WORKERS, []), today or date.today())  # noqa: DTZ011  (the county's day)
        planner.households(sorted_layers.get(Noun.HOUSEHOLDS, []))
    planner.risk_sites(sorted_layers.get(Noun.RISK_SITES, []))
    planner.facilities(sorted_layers.get(Noun.FACILITIES, []))
    planner.plan.findings = in_degrees(planner.plan.findings, planner.plan.srid)
    return planner.plan


class _Planner:
    """The steps of a plan, each adding to it."""

    def __init__(self, conn: Connection, options: Options, watch: Watch) -> None:
        self._conn, self._options, self._watch = conn, options, watch
        self.plan = Plan(county_srid(conn))
        self._net = Net({}, frozenset())
        self._codes: set[str] = set()
        self._workers: set[str] = set()

    def sort(self, layers: Sequence[Layer]) -> dict[Noun, list[Layer]]:
        """The layers by what they hold, in the county's CRS."""
        chosen = self._options.fields
        check_choices(layers, chosen)
        found: dict[Noun, list[Layer]] = {}
        for layer in layers:
            self.plan.findings += layer.findings
            moved = layer
            named = self._options.tier or tier_of_name(layer.name)
            noun = noun_of(layer, self._options.noun, has_tier=named is not None, chosen=chosen)
            if noun in (Noun.HOUSEHOLDS, Noun.RISK_SITES, Noun.FACILITIES):
                moved = with_points(layer, chosen, noun)
            moved, findings = into_county(moved, self.plan.srid, self._options.crs)
            self.plan.findings += findings
            found.setdefault(noun, []).append(moved)
        return found

    def grids(self, layers: Sequence[Layer]) -> None:
        """Plan the grids."""
        if not layers:
            return
        self._net = read_net(self._conn)
        with self._watch("checking the net"):
            rows, findings = grid_rows(layers, self._options.fields, self._options.tier)
            if not errors_in(findings):
                rows, wrong = grid_tree(rows, self._net, self._ground)
                findings += wrong
            if not errors_in(findings):
                self.plan.grids, wrong = plan_grids(rows, self._net, self._ground)
                findings += wrong
        self.plan.findings += findings
        self.plan.tallies["grids"] = self.plan.grids.tally
        self._codes = set(self._net.grids) | {row.code for row in rows}

    def _ground(self, codes: Iterable[str]) -> dict[str, Any]:
        """The ground of standing grids."""
        return read_geoms(self._conn, codes)

    def staff(self, layers: Sequence[Layer], today: date) -> None:
        """Plan workers, posts and assignments."""
        if not layers:
            self._workers = read_worker_codes(self._conn)
            return
        with self._watch("checking workers"):
            standing = read_staff(self._conn)
            self._codes = self._codes or read_codes(self._conn)
            rows, findings = staff_rows(layers, self._options.fields, self._codes)
            self.plan.staff, wrong = plan_staff(rows, standing, today)
        self.plan.findings += [*findings, *wrong]
        self.plan.tallies["workers"] = self.plan.staff.workers
        self.plan.tallies["posts"] = self.plan.staff.posts
        self._workers = set(standing.workers) | {row.worker.code for row in rows if row.worker is not None}

    def households(self, layers: Sequence[Layer]) -> None:
        """Plan the households of the files, and those that the ground moves under."""
        own = self.plan.grids.own
        moved = [code for code in own if code in self._net.grids]
        if not layers and not moved:
            return
        given: frozenset[str] = frozenset()
        findings: list[Finding] = []
        rows, placed = None, None
        if layers:
            with self._watch("checking households"):
                rows, findings = household_rows(layers, self._options.fields, self._workers)
        self.plan.findings += findings
        if errors_in(self.plan.findings):
            return
        with self._watch("finding every household's grid"):
            cells = self._cells(own)
            if rows is not None:
                given = frozenset(rows.columns["code"]) if moved else given
                placed, wrong = place_households(rows, cells, self.plan.srid)
                self.plan.findings += wrong
            if moved:
                standing = households_in(self._conn, moved)
                self.plan.moves, wrong = move_standing(standing, given, cells)
                self.plan.findings += wrong
        if placed is not None:
            self._stage_households(placed)

    def _cells(self, own: Mapping[str, Any]) -> Cells:
        """All ground after the change."""
        return Cells(*read_cells(self._conn)).after(own)

    def _stage_households(self, rows: HouseholdRows) -> None:
        """Bring the households into the database and compare them there; where none stands, all are new."""
        self.plan.given = rows.given
        total = len(rows.codes)
        if not any_households(self._conn):
            self.plan.households, self.plan.tallies["households"] = rows, Tally(new=total)
            return
        with self._watch("bringing households in", total) as told:
            stage_households(self._conn, rows, told=told)
            self.plan.tallies["households"] = _tally(*compare_households(self._conn, rows.given))

    def risk_sites(self, layers: Sequence[Layer]) -> None:
        """Plan the risk sites."""
        if not layers:
            return
        with self._watch("checking risk sites"):
            sites, findings = risk_site_rows(layers, self._options.fields, self.plan.srid)
            self.plan.findings += findings
            if not errors_in(findings):
                stage_risk_sites(self._conn, sites)
                self.plan.tallies["risk_sites"] = _tally(*compare_risk_sites(self._conn))

    def facilities(self, layers: Sequence[Layer]) -> None:
        """Plan the facilities."""
        if not layers:
            return
        with self._watch("checking facilities"):
            facilities, findings = facility_rows(layers, self._options.fields, self.plan.srid)
            self.plan.findings += findings
            if not errors_in(findings):
                stage_facilities(self._conn, facilities)
                self.plan.tallies["facilities"] = _tally(*compare_facilities(self._conn))


def _tally(new: int, changed: int, total: int) -> Tally:
    """Counts as a tally."""
    return Tally(new, changed, total - new - changed)
