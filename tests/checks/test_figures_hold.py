"""Whatever is redrawn, handed over or waived, and in whatever order, every rule's figures stay what they are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import Connection

from geo_grid import redraw, staffing
from geo_grid.access import make_demo
from geo_grid.checks import PRESETS, RuleAnswer, evaluate, evaluate_all, read_rules, read_waivers, waive, write_rule
from geo_grid.cluster import Cluster
from geo_grid.county import County, read_county, read_county_without_ground
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.errors import GeoGridError, NotFound
from geo_grid.inspections import NewInspection, read_rhythms, record
from geo_grid.journal import NewChangeset
from geo_grid.redraw.memory import memory_of
from geo_grid.redraw.net import Net
from geo_grid.settings import Settings
from geo_grid.staffing import Worker
from geo_grid.vocabulary import Role, Tier
from geo_grid.workload import read_leaf_facts, read_weights, workload_of
from tests import databases
from tests.db import net as small
from tests.db.conftest import plant
from tests.redraw.anything import Planner
from tests.redraw.people import ALICE, CHEN
from tests.web.accounts import signed_in
from web.app import create_app
from web.maps.vendor import stock_shelf

#: A worker of this county looks after so many households: few, so that some have too many.
MOST = 4
WORKERS = tuple(f"W{number}" for number in range(5))


@dataclass
class Desk:
    """A small county where people redraw, hand over, inspect and waive, with a browser that is open all the time."""

    settings: Settings
    client: FlaskClient
    rng: random.Random
    done: Counter[str] = field(default_factory=Counter)
    applied: list[int] = field(default_factory=list)

    def read(self) -> tuple[County, dict[str, RuleAnswer]]:
        """The county, and every rule answered from nothing."""
        with reading(engine(self.settings, DbRole.LOADER)) as conn:
            county = read_county_without_ground(conn)
            return county, evaluate_all(county, read_rules(conn), read_waivers(conn))

    def deed(self) -> str:
        """What somebody did, by chance; blank when it was refused."""
        kind = self.rng.choice([self.redraw, self.redraw, self.undo, self.hand_over, self.assign, self.release,
                                self.contact, self.waive, self.inspect])  # fmt: skip
        # A redraw enters itself into the journal.
        journal = None if kind in (self.redraw, self.undo) else NewChangeset("alice", "edit")
        try:
            with transaction(engine(self.settings, DbRole.LOADER), changeset=journal) as conn:
                kind(conn)
        except GeoGridError:
            self.done["refused"] += 1
            return ""
        self.done[kind.__name__] += 1
        return kind.__name__

    def redraw(self, conn: Connection) -> None:
        """A move of any kind, handed in, approved and in force."""
        net = Net(memory_of(read_county(conn)))
        planner = Planner(list(net.source.codes), self.rng)  # type: ignore[attr-defined]
        draft = redraw.create_draft(conn, ALICE, "by chance")
        redraw.add_move(conn, draft.id, ALICE, planner.move(net))
        redraw.submit(conn, draft.id, ALICE)
        redraw.approve(conn, draft.id, CHEN, staffing.read_today(conn))
        redraw.apply(conn, draft.id, CHEN)
        self.applied.append(draft.id)

    def undo(self, conn: Connection) -> None:
        """The latest redraw taken back."""
        if not self.applied:
            raise NotFound("nothing to take back")
        redraw.undo_applied(conn, self.applied.pop(), CHEN)

    def hand_over(self, conn: Connection) -> None:
        """All that somebody holds given to somebody else."""
        leaving, coming = self.rng.sample(WORKERS, 2)
        staffing.hand_over(conn, leaving, coming, staffing.read_today(conn))

    def assign(self, conn: Connection) -> None:
        """Somebody put into a post, a new one if there is none to fill."""
        county = read_county_without_ground(conn)
        vacant = [post for post in county.staff.posts if post not in county.filled]
        grid = self.rng.choice(county.grids)
        role = self.rng.choice([Role.LEADER, Role.CONTACT, Role.FULL_TIME, Role.CADRE])
        post = self.rng.choice(vacant) if vacant else staffing.open_post(conn, grid.code, role)
        staffing.assign(conn, post, self.rng.choice(WORKERS), county.day)

    def release(self, conn: Connection) -> None:
        """Somebody taken out of a post, or a new post that nobody is in."""
        county = read_county_without_ground(conn)
        filled = sorted(county.filled, key=lambda post: (post.grid, post.role.code, post.seat))
        if filled and self.rng.random() < 0.6:
            staffing.release(conn, self.rng.choice(filled), county.day)
        else:
            staffing.open_post(conn, self.rng.choice(county.grids).code, Role.LEADER)

    def contact(self, conn: Connection) -> None:
        """Somebody made the contact of all households in a grid."""
        county = read_county_without_ground(conn)
        staffing.make_contact(conn, [self.rng.choice(county.grids).code], self.rng.choice(WORKERS))

    def waive(self, conn: Connection) -> None:
        """A rule waived in a township where it is not kept."""
        county = read_county_without_ground(conn)
        towns = {rule.code: evaluate(county, rule).by_tier(Tier.TOTAL) for rule in PRESETS}
        found = [(rule, town) for rule, figures in towns.items() for town, one in figures.items() if one.uncovered]
        rule, grid = self.rng.choice(found)
        until = county.day + timedelta(days=self.rng.randint(0, 9))
        waive(conn, rule, grid, reason="by chance", by="alice", until=until)

    def inspect(self, conn: Connection) -> None:
        """The well inspected by a grid it lies in."""
        county = read_county_without_ground(conn)
        grids = [grid.code for grid in county.grids if grid.tier in {Tier.SUB, Tier.TOTAL}]
        request = f"{self.rng.random()}"
        record(conn, NewInspection("R1", self.rng.choice(grids), None, county.day, "", request), "alice")


def settled(settings: Settings) -> None:
    """People, a well, a station and more households for the small county."""
    with transaction(engine(settings, DbRole.LOADER), changeset=NewChangeset("alice", "setup")) as conn:
        for worker in WORKERS:
            staffing.hire(conn, Worker(worker, worker))
        homes = [("MA", 0.5, 4.5), ("MB", 2.5, 4.5), ("MC", 1.5, 3.5), ("Xs", 3.5, 3.5), ("MF", 4.5, 5.5),
                 ("MH", 6.5, 1.5), ("MK", 8.5, 5.5), ("ML", 8.5, 2.5), ("Xt", 8.5, 0.5), ("S2", 5.5, 3.5)]  # fmt: skip
        for number, (grid, x, y) in enumerate(homes):
            small.add_household(conn, f"N{number}", *small.place(x, y), grid)
        at = small.ewkb(shapely.Point(*small.place(1.5, 1.5)))
        conn.exec_driver_sql("INSERT INTO risk_sites (code, name, kind, geom) VALUES ('R1', 'R1', 'WELL', %s)", (at,))
        conn.exec_driver_sql(
            "INSERT INTO facilities (code, name, level, point) VALUES ('F1', 'F1', 'VILLAGE', %s)", (at,)
        )
        for rule in PRESETS:
            most = MOST if rule.most_households else None
            write_rule(conn, rule.changed(is_on=True, most_households=most))
        for grid, role in (("S1", Role.LEADER), ("S2", Role.CADRE), ("MA", Role.CONTACT), ("MK", Role.CONTACT)):
            staffing.assign(conn, staffing.open_post(conn, grid, role), "W0", staffing.read_today(conn))
        staffing.make_contact(conn, ["S1"], "W0")
    with transaction(engine(settings, DbRole.ACCESS)) as conn:
        make_demo(conn, township="T1", village="S1", by="alice")


@pytest.fixture
def desk(cluster: Cluster) -> Iterator[Desk]:
    """The small county with its people."""
    stock_shelf()
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        plant(settings)
        settled(settings)
        yield Desk(settings, signed_in(create_app(settings).test_client(), "ADMINISTRATOR"), random.Random())


def counted(county: County) -> dict[str, int]:
    """The households not covered, counted one by one from the rows alone; of rules that can be counted so."""
    parents, tiers = county.parents, {grid.code: grid.tier for grid in county.grids}
    leaders = {one.post.grid for one in county.staff.assignments if one.holds_on(county.day)
               and one.post.role is Role.LEADER}  # fmt: skip
    held = {one.post for one in county.staff.assignments if one.holds_on(county.day)}
    vacant = {post.grid for post in county.staff.posts if post not in held}
    found = dict.fromkeys(("every_household_in_a_leaf", "every_household_has_a_contact", "every_post_is_filled",
                           "every_village_has_a_leader"), 0)  # fmt: skip
    for grid, contact in zip(county.doors.grids, county.doors.contacts, strict=True):
        village: str | None = grid
        while village is not None and tiers[village] is not Tier.SUB:
            village = parents[village]
        found["every_household_in_a_leaf"] += tiers[grid] not in {Tier.MICRO, Tier.SPECIAL}
        found["every_household_has_a_contact"] += contact == ""
        found["every_post_is_filled"] += grid in vacant
        found["every_village_has_a_leader"] += village is not None and village not in leaders
    return found


def prove(desk: Desk) -> dict[str, RuleAnswer]:
    """Page, library and a count by hand tell the same of every rule; the places of a tier add up to the county."""
    county, answers = desk.read()
    shown = {one["code"]: one["figures"] for one in desk.client.get("/api/coverage").get_json()["rules"]}
    assert shown == {code: answer.figures.to_json() for code, answer in answers.items()}
    for code, uncovered in counted(county).items():
        assert evaluate(county, answers[code].rule).figures.uncovered == uncovered, code
    homes = len(county.doors.codes)
    for code, answer in answers.items():
        assert answer.figures.total <= homes
        assert sum(one.total for one in answer.by_tier(Tier.TOTAL).values()) == answer.figures.total, code
    assert answers["every_household_in_a_leaf"].figures.total == homes
    with reading(engine(desk.settings, DbRole.LOADER)) as conn:
        loads = workload_of(county, read_leaf_facts(conn), read_weights(conn), read_rhythms(conn))
    told = {one["code"]: one["load"] for one in desk.client.get("/api/workload").get_json()["places"]}
    for code, load in told.items():
        below = loads.below[county.index[code]] @ loads.weights.vector()
        assert load == pytest.approx(float(below), abs=0.01), code
    return answers


def kept_by_a_hand_over(before: dict[str, RuleAnswer], after: dict[str, RuleAnswer]) -> None:
    """A hand-over leaves nobody without: only who has too much may change."""
    for code, answer in after.items():
        old, new = before[code].figures, answer.figures
        served = (old.covered + old.overloaded, new.covered + new.overloaded)
        waived = old.waived - new.waived
        assert old.uncovered == new.uncovered, code
        assert served[0] + waived == served[1], code


def walk(desk: Desk, seed: int, deeds: int) -> None:
    """So many deeds in a row, every figure proved after each."""
    desk.rng = random.Random(seed)
    before = prove(desk)
    made = 0
    while made < deeds:
        kind = desk.deed()
        if not kind:
            continue
        made += 1
        after = prove(desk)
        if kind == "hand_over":
            kept_by_a_hand_over(before, after)
        before = after


def test_figures_hold_through_redraws_and_hand_overs(desk: Desk) -> None:
    walk(desk, 8, 14)
    assert {"redraw", "hand_over"} <= set(desk.done), desk.done
    _, answers = desk.read()
    seen = {state for answer in answers.values() for state, count in answer.figures.to_json().items() if count}
    assert seen == {"covered", "overloaded", "uncovered", "waived", "total"}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20, 24))
def test_figures_hold_through_hundreds_of_deeds(desk: Desk, seed: int) -> None:
    walk(desk, seed, 120)
