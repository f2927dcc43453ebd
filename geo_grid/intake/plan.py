"""What a whole import would do, noun by noun, and everything that stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection

from geo_grid import clock
from geo_grid.checks.degrees import in_degrees
from geo_grid.checks.finding import Finding, errors_in
from geo_grid.facilities import compare_facilities, differing_facilities, levels_of_facilities, stage_facilities
from geo_grid.grids import Grid, Net, county_srid, read_middles, rename_grids
from geo_grid.households import (
    HouseholdRows,
    compare_households,
    differing_households,
    households_in,
    missing_households,
    sealed,
    stage_households,
)
from geo_grid.intake.before import Before
from geo_grid.intake.clean.step import clean_layers, curable, nests_already, told
from geo_grid.intake.diff import MOST_SHOWN, Changed, NounDiff, grid_diff, same_shapes, staff_diff
from geo_grid.intake.early import Early
from geo_grid.intake.fields import Noun, check_choices, noun_of
from geo_grid.intake.grid_plan import plan_grids
from geo_grid.intake.grid_rows import GridRow, grid_rows, tier_of_name
from geo_grid.intake.grid_tree import grid_tree
from geo_grid.intake.household_plan import move_standing, place_households
from geo_grid.intake.household_rows import household_rows
from geo_grid.intake.layer import Layer
from geo_grid.intake.layer_told import columns_told
from geo_grid.intake.order import Unhurried
from geo_grid.intake.placing import Placer
from geo_grid.intake.planned import Plan
from geo_grid.intake.read import Options
from geo_grid.intake.retire import Gone
from geo_grid.intake.retire.grids import gone_grids, leaving_grids, obstacles
from geo_grid.intake.retire.things import gone_households, gone_places, gone_posts
from geo_grid.intake.site_rows import facility_rows, risk_site_rows
from geo_grid.intake.staff_plan import plan_staff
from geo_grid.intake.staff_rows import staff_rows
from geo_grid.intake.tally import Tally
from geo_grid.intake.validate.places import far_faults
from geo_grid.intake.watch import Watch
from geo_grid.intake.width import width_fault
from geo_grid.risks import (
    compare_risk_sites,
    differing_risk_sites,
    kinds_of_risk_sites,
    read_kinds,
    stage_risk_sites,
)

#: Reads the kind and the name of things by their codes.
Kinds = Callable[[Connection, Sequence[str]], dict[str, tuple[str, str]]]


def plan(
    conn: Connection,
    layers: Sequence[Layer],
    options: Options | None = None,
    *,
    today: date | None = None,
    watch: Watch | None = None,
    early: Early | None = None,
    later: Callable[[], Sequence[Layer]] = list,
) -> Plan:
    """What the layers would do to the county as `conn` sees it.

    `early` opens the change set for what planning writes; when it is hurried, grids that are clean are written while
    the rest is planned: wait for it before `conn` is used again.
    `later` gives layers that are read only once that work has begun. `Unhurried` says that it was begun too early.
    """
    options, watch = options or Options(), watch or Watch()
    planner = _Planner(conn, options, watch, early)
    planner.today = today or clock.today()
    planner.later = later
    planner.sort(layers)
    planner.grids()
    if not errors_in(planner.plan.findings):
        # What grids would be there is not known otherwise, and every worker and household would be a finding.
        planner.staff()
        planner.households()
    planner.risk_sites()
    planner.facilities()
    planner.tell_gone()
    planner.plan.findings = in_degrees(planner.plan.findings, planner.plan.srid)
    return planner.plan


class _Planner:
    """The steps of a plan, each adding to it."""

    def __init__(self, conn: Connection, options: Options, watch: Watch, early: Early | None) -> None:
        self._shared_conn, self._options, self._watch = conn, options, watch
        self._early = early if early is not None and early.hurried else None
        self._begin_writing = (lambda: None) if early is None else early.open
        self._before = Before(self._free)
        self.plan = Plan(county_srid(conn))
        self._layers: dict[Noun, list[Layer]] = {}
        self.later: Callable[[], Sequence[Layer]] = list
        self._planned_grids = False
        self._leaving: list[Grid] = []
        self.today = date.min
        self._codes: set[str] = set()
        self._workers: set[str] = set()

    def _free(self) -> Connection:
        """The connection, once nobody else uses it."""
        if self._early is not None:
            self._early.wait()
        return self._shared_conn

    @property
    def _conn(self) -> Connection:
        """The connection, once nobody else uses it."""
        return self._free()

    def sort(self, layers: Sequence[Layer]) -> None:
        """Tell the layers apart by what they hold."""
        chosen = self._options.fields
        check_choices(layers, chosen)
        for layer in layers:
            self.plan.findings += layer.findings
            named = self._options.tier or tier_of_name(layer.name)
            noun = noun_of(layer, layer.noun or self._options.noun, has_tier=named is not None, chosen=chosen)
            if noun is Noun.GRIDS and self._planned_grids:
                raise Unhurried
            self.plan.findings += columns_told(layer, noun, chosen)
            self._layers.setdefault(noun, []).append(layer)

    def _sort_later(self) -> None:
        """Read and tell apart the layers that were left for later."""
        layers, self.later = self.later(), list
        if layers:
            self.sort(layers)

    def _placed(self, noun: Noun) -> list[Layer]:
        """The layers of a noun, in the county's CRS."""
        placed, findings = self._placer.placed(self._layers.get(noun, []), noun)
        self.plan.findings += findings
        return placed

    @property
    def _placer(self) -> Placer:
        """What puts layers where they belong."""
        return Placer(self._free, self._before, self._options, self.plan.srid)

    def grids(self) -> None:
        """Plan the grids, and begin to write them when they are clean."""
        layers = self._placed(Noun.GRIDS)
        self._planned_grids = True
        if not layers:
            self._sort_later()
            return
        net = self._before.net
        with self._watch("checking the net"):
            rows, findings = self._rows(layers)
            if not errors_in(findings):
                net = self._rename(rows)
                self._leaving = leaving_grids(rows, net, self._options.retiring, partial(read_middles, self._conn))
                net = net.without(self._gone_codes)
                rows, wrong = self._settled(rows, net)
                findings += wrong
        if curable(findings):
            with self._watch("repairing"):
                rows, findings = self._repaired(layers, rows, findings)
        self.plan.findings += findings
        self.plan.tallies["grids"] = self.plan.grids.tally
        self.plan.nouns["grids"] = grid_diff(rows, self._before.net, self.plan.grids.versions, self.plan.renamed)
        self._tell_gone_grids(rows, net)
        self._codes = set(net.grids) | {row.code for row in rows}
        if self._early is not None and self.plan.grids.versions and not errors_in(self.plan.findings):
            if not self._early.begun:
                self._before.read_for(set(Noun))
            self._early.begin(self.plan.grids, self.plan.srid)
        self._sort_later()

    def _rows(self, layers: Sequence[Layer]) -> tuple[list[GridRow], list[Finding]]:
        """The grids of the layers; none, and why, when they reach too far for one net or a row is wrong."""
        if (wide := width_fault(layers)) is not None:
            return [], [wide, *(finding for layer in layers for finding in far_faults(layer))]
        return grid_rows(layers, self._options.fields, self._options.tier)

    def _begin_leaves(self, rows: Sequence[GridRow], net: Net) -> None:
        """Begin to write the leaves before the net is checked, where none stands: all of them are new, and whole."""
        if self._early is not None and not net.grids and not errors_in(self.plan.findings):
            self._before.read_for(set(Noun))
            self._early.begin_leaves(rows, self.plan.srid)

    def _settled(self, rows: Sequence[GridRow], net: Net) -> tuple[list[GridRow], list[Finding]]:
        """The rows with their places in the tree, planned; what stands in the way."""
        placed, findings = grid_tree(rows, net, self._ground)
        if errors_in(findings):
            return placed, findings
        if self._options.repairs.accepted and not nests_already(placed):
            # The faults will be told as repairs: finding them one by one would take longer than mending them.
            return placed, [*findings, Finding("overlap", "the files", "the grids do not nest")]
        self._begin_leaves(placed, net)
        self.plan.grids, wrong = plan_grids(placed, net, self._ground, self._leaving)
        return placed, [*findings, *wrong]

    def _repaired(
        self, layers: Sequence[Layer], rows: Sequence[GridRow], faults: list[Finding]
    ) -> tuple[list[GridRow], list[Finding]]:
        """The rows as the accepted repairs leave them, planned anew; or as they are, with the repairs told."""
        if self._early is not None and self._early.begun:
            raise Unhurried
        self._sort_later()
        rules, said = self._options.repairs, (self._options.fields, self._options.tier)
        doors, _ = self._placer.placed(self._layers.get(Noun.HOUSEHOLDS, []), Noun.HOUSEHOLDS)
        cleaning = clean_layers(self._conn, layers, doors, rules, said, self._gone_codes)
        if cleaning is None:
            return list(rows), faults
        self.plan.cleaning = cleaning
        findings = told(cleaning)
        if errors_in(findings) or not cleaning.repairs:
            return list(rows), [*([] if rules.accepted else faults), *findings]
        net = self._before.net.without(self._gone_codes)
        placed, wrong = grid_tree(cleaning.rows, net, self._ground)
        if not errors_in(wrong):
            self.plan.grids, more = plan_grids(placed, net, self._ground, self._leaving)
            wrong += more
        return placed, [*findings, *wrong]

    def _rename(self, rows: Sequence[GridRow]) -> Net:
        """What stands, once grids have the codes under which the rows bring the very same shapes."""
        self.plan.renamed = same_shapes(rows, self._before.net)
        if self.plan.renamed:
            self._begin_writing()
            rename_grids(self._conn, self.plan.renamed)
            self._before = Before(self._free)
        return self._before.net

    def _ground(self, codes: Iterable[str]) -> dict[str, Any]:
        """The ground of standing grids."""
        return self._placer.ground(codes)

    @property
    def _gone_codes(self) -> frozenset[str]:
        """The codes of the grids that are retired."""
        return frozenset(grid.code for grid in self._leaving)

    def _tell_gone_grids(self, rows: Sequence[GridRow], net: Net) -> None:
        """Note the missing grids with whom they touch, and what stands in the way of retiring some."""
        if self._early is not None or not all(row.code for row in rows):
            return
        with self._watch("looking for what is gone"):
            gone = gone_grids(self._conn, rows, self._before.net, self._gone_codes, self.today)
        self.plan.gone["grids"] = gone
        if not errors_in(self.plan.findings):
            self.plan.findings += obstacles(gone, rows, net)

    def tell_gone(self) -> None:
        """Count what is retired, noun by noun."""
        for noun, gone in self.plan.gone.items():
            self.plan.tallies[noun] = replace(self.plan.by_noun(noun), retired=len(gone.retired))
            if noun in self.plan.nouns:
                self.plan.nouns[noun] = replace(self.plan.nouns[noun], gone=len(gone.things), missing=gone)

    def staff(self) -> None:
        """Plan workers, posts and assignments."""
        layers = self._placed(Noun.WORKERS)
        if not layers:
            self._workers = self._before.worker_codes
            return
        with self._watch("checking workers"):
            standing = self._before.staff
            self._codes = self._codes or self._before.codes
            rows, findings = staff_rows(layers, self._options.fields, self._codes)
            self.plan.staff, wrong = plan_staff(rows, standing, self.today)
        self.plan.findings += [*findings, *wrong]
        self.plan.tallies["workers"] = self.plan.staff.workers
        self.plan.tallies["posts"] = self.plan.staff.posts
        given = {row.worker.code for row in rows if row.worker is not None}
        self.plan.nouns |= staff_diff(self.plan.staff, standing, given)
        held = {one.post: one for one in standing.assignments if one.until is None or one.until > self.today}
        left = [post for post in self.plan.staff.missing if post.grid not in self._gone_codes]
        named = [(post, [standing.workers[held[post].worker].name] if post in held else []) for post in left]
        self.plan.gone["posts"] = gone_posts(named, self._options.retiring)
        self._workers = set(standing.workers) | {row.worker.code for row in rows if row.worker is not None}

    def households(self) -> None:
        """Plan the households of the files, and those that the ground moves under."""
        layers = self._placed(Noun.HOUSEHOLDS)
        own = self.plan.grids.own
        moved = [code for code in own if code in self._before.net.grids] if own else []
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
            cells = self._before.cells.after(own)
            if rows is not None:
                given = frozenset(rows.columns["code"]) if moved else given
                placed, wrong = place_households(rows, cells, self.plan.srid)
                self.plan.findings += wrong
        if placed is not None:
            self._stage_households(placed)
        if moved:
            leaving = {one.code for one in self.plan.gone.get("households", Gone()).retired}
            with self._watch("finding every household's grid"):
                standing = households_in(self._conn, moved)
                self.plan.moves, wrong = move_standing(standing, given | leaving, cells)
                self.plan.findings += wrong

    def _stage_households(self, rows: HouseholdRows) -> None:
        """Bring the households into the database and compare them there; where none stands, all are new."""
        self.plan.given = rows.given
        total = len(rows.codes)
        if not self._before.has_households:
            # Sealed now, while the server has other work.
            self.plan.households = sealed(self._shared_conn, rows)
            self.plan.tallies["households"] = Tally(new=total)
            self.plan.nouns["households"] = NounDiff(new=total, new_codes=rows.codes[:MOST_SHOWN])
            return
        with self._watch("bringing households in", total) as told:
            stage_households(self._conn, rows, told=told)
            tally = self.plan.tallies["households"] = _tally(*compare_households(self._conn, rows.given))
            new, changed, gone, count = differing_households(self._conn, rows.given, MOST_SHOWN)
            changes = [Changed(code) for code in changed]
            self.plan.nouns["households"] = NounDiff(
                tally.new, tally.changed, tally.unchanged, count, new, changes, gone
            )
            if count:
                missing = missing_households(self._conn)
                self.plan.gone["households"] = gone_households(missing, self._before.net, self._options.retiring)

    def risk_sites(self) -> None:
        """Plan the risk sites."""
        layers = self._placed(Noun.RISK_SITES)
        if not layers:
            return
        with self._watch("checking risk sites"):
            sites, findings = risk_site_rows(layers, self._options.fields, self.plan.srid, read_kinds(self._conn))
            self.plan.findings += findings
            if not errors_in(findings):
                stage_risk_sites(self._conn, sites)
                self.plan.tallies["risk_sites"] = _tally(*compare_risk_sites(self._conn))
                self._differ("risk_sites", kinds_of_risk_sites, *differing_risk_sites(self._conn, MOST_SHOWN))

    def facilities(self) -> None:
        """Plan the facilities."""
        layers = self._placed(Noun.FACILITIES)
        if not layers:
            return
        with self._watch("checking facilities"):
            facilities, findings = facility_rows(layers, self._options.fields, self.plan.srid)
            self.plan.findings += findings
            if not errors_in(findings):
                stage_facilities(self._conn, facilities)
                self.plan.tallies["facilities"] = _tally(*compare_facilities(self._conn))
                self._differ("facilities", levels_of_facilities, *differing_facilities(self._conn, MOST_SHOWN))

    def _differ(self, noun: str, kinds: Kinds, new: list[str], changed: list[str], gone: list[str]) -> None:
        """Note what becomes of a noun."""
        tally, changes = self.plan.tallies[noun], [Changed(code) for code in changed]
        self.plan.nouns[noun] = NounDiff(tally.new, tally.changed, tally.unchanged, len(gone), new, changes, gone)
        if gone:
            self.plan.gone[noun] = gone_places(noun, kinds(self._conn, gone), self._options.retiring)


def _tally(new: int, changed: int, total: int) -> Tally:
    """Counts as a tally."""
    return Tally(new, changed, total - new - changed)
