"""What happened in the field of the sample county: inspections, findings, linked cadres with visits, hazard zones."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.checks import read_rules, write_rule
from geo_grid.county import County, read_county_without_ground
from geo_grid.grids import shape_drawn
from geo_grid.hazards import ZoneDraft, add_zone
from geo_grid.inspections import NewFinding, NewInspection, add_past, duties, heads, record
from geo_grid.publish import risk_site_summary
from geo_grid.sample.people import make_names, make_phones
from geo_grid.staffing import Worker, assign, hire, open_post
from geo_grid.visits import NewVisit, add_past_visits
from geo_grid.vocabulary import RiskKind, Role, RuleKind, Tier

SEED = 20_261_122
CADRES = 12
LINKED_VILLAGES = 30
#: Half the width of a zone along a gully, in degrees: about 80 m.
REACH_DEGREES = 0.0008
ZONES = 3
FOUND = (
    "路面有落石",
    "护栏松动",
    "水位偏高，需复查",
    "排水沟堵塞",
    "警示牌缺失",
    "坡面有新裂缝",
    "林下可燃物较多",
    "井盖破损",
)
SIGNAL = "连续长声鸣锣或哨子；村广播和手机短信同时通知"
ROUTE = "听到信号后不走沟底、不过桥，沿村道向高处撤离到避险场所，人员到齐后向网格员报到"


def fill_field(conn: Connection, by: str) -> None:
    """Past inspections with findings, cadres with their visits, and hazard zones; the rules about them switched on."""
    rng, county = np.random.default_rng(SEED), read_county_without_ground(conn)
    _inspect(conn, rng, county, by)
    _link(conn, rng, county, by)
    _zones(conn, county, by)
    for rule in read_rules(conn):
        if rule.kind in {RuleKind.INSPECTED, RuleKind.VISITED}:
            write_rule(conn, rule.changed(is_on=True))


def village_leader(conn: Connection, village: str) -> str | None:
    """The code of whoever leads a village."""
    county = read_county_without_ground(conn)
    keeper = heads(county.staff, county.day).get(village)
    return keeper.worker if keeper else None


def _inspect(conn: Connection, rng: np.random.Generator, county: County, by: str) -> None:
    """The last inspection of nearly every part: most in time, some late, and lately some with findings."""
    done, fresh = [], []
    for number, duty in enumerate(duties(county.patrols, county.net, heads(county.staff, county.day))):
        every = (duty.due_on - duty.site.since).days
        days = int(every * rng.beta(1.2, 2.0) * 1.25)
        worker = duty.keeper.worker if duty.keeper else None
        day = county.day - timedelta(days=days)
        if days <= 45 and rng.uniform() < 0.02:
            fresh.append((duty.site.code, duty.grid, worker, day, f"sample-{number}"))
        elif rng.uniform() < 0.97:
            done.append((duty.site.code, duty.grid, worker, day, f"sample-{number}"))
    add_past(conn, done, by)
    for site, grid, worker, day, request in fresh:
        says = str(rng.choice(FOUND))
        again = day + timedelta(days=int(rng.integers(10, 60))) if rng.uniform() < 0.5 else None
        record(conn, NewInspection(site, grid, worker, day, "", request, (NewFinding(says, again),)), by)


def _link(conn: Connection, rng: np.random.Generator, county: County, by: str) -> None:
    """Cadres of the county linked to villages, who visited some of them often enough."""
    names, phones = make_names(rng, CADRES), make_phones(rng, CADRES)
    codes = [f"BL{number + 1:03}" for number in range(CADRES)]
    for code, name, phone in zip(codes, names, phones, strict=True):
        hire(conn, Worker(code, name, phone))
    villages = [grid.code for grid in county.of_tier(Tier.SUB)][:LINKED_VILLAGES]
    visits = []
    for number, village in enumerate(villages):
        cadre = codes[number % CADRES]
        assign(conn, open_post(conn, village, Role.CADRE), cadre, date(2026, 1, 5))
        for visit in range(int(rng.choice((0, 1, 2, 3), p=(0.1, 0.2, 0.5, 0.2)))):
            day = county.day - timedelta(days=int(rng.integers(0, 29)))
            visits.append(NewVisit(cadre, village, day, int(rng.integers(2, 6)), "", f"sample-{number}-{visit}"))
    add_past_visits(conn, visits, by)


def _zones(conn: Connection, county: County, by: str) -> None:
    """Zones of flash floods along the gullies beside which the most households stand."""
    doors = shapely.STRtree(shapely.points(county.doors.at))
    found = []
    for site in county.patrols.sites.sites:
        if site.kind.code != RiskKind.GULLY.code:
            continue
        line = shapely.geometry.shape(risk_site_summary(conn, site.code).geometry)
        drawn = shapely.to_geojson(shapely.buffer(line, REACH_DEGREES, quad_segs=3).simplify(2e-5))
        if json.loads(drawn)["type"] != "Polygon":
            continue
        inside = len(doors.query(shape_drawn(drawn, county.srid), predicate="intersects"))
        found.append((inside, site.name, drawn))
    for inside, name, drawn in sorted(found, reverse=True)[:ZONES]:
        if inside:
            add_zone(conn, ZoneDraft("", f"{name}山洪危险区"[:100], "FLASH_FLOOD", SIGNAL, ROUTE, "", drawn), by)
