"""/facilities: the four levels of service centres, whom each serves, and who has far to go."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, render_template

from geo_grid.checks import Reach, ServiceArea, reach_of, without_facility
from geo_grid.errors import BadInput
from geo_grid.facilities import read_facilities
from geo_grid.vocabulary import Action, FacilityLevel, Tier
from web import params
from web.access import needs
from web.coverage import coverage_now
from web.database import read
from web.people import People

facilities = Blueprint("facilities", __name__, url_prefix="/facilities")

#: The rule that says how far is too far.
NEAR_RULE = "a_service_point_nearby"
DISTANCES = (500, 1000, 2000, 3000, 5000, 10_000)
#: What every grid of which tier ought to have.
OUGHT = {
    Tier.TOTAL: (FacilityLevel.COUNTY, FacilityLevel.TOWNSHIP),
    Tier.SUB: (FacilityLevel.VILLAGE,),
}


@facilities.get("")
@needs(Action.SEE)
def overview() -> str:
    """The service centres of `?level=` (all without it), their areas, and households farther than `?metres=`."""
    coverage, level = coverage_now(), _level()
    county = coverage.county
    usual = round(coverage.rule(NEAR_RULE).distance_m or DISTANCES[3])
    metres = params.count("metres", usual, 200_000)
    reach, people = reach_of(county, _levels(level)), People(county, None)
    far = reach.farther_than(metres)
    steps = sorted({*DISTANCES, metres})
    return render_template(
        "facilities/overview.html",
        level=level,
        levels=list(FacilityLevel),
        counts={one: county.places.levels.count(one) for one in FacilityLevel},
        lines=_lines(reach, people),
        metres=metres,
        usual=usual,
        far=sorted(((people.name_of(code), code, count) for code, count in far.items()), key=_most_first),
        within=[(step, int((reach.distance_m <= step).sum())) for step in steps],
        households=len(county.doors.codes),
        lacking={tier: [(one, people.name_of(one)) for one in without_facility(county, tier, wanted)]
                 for tier, wanted in OUGHT.items()},
    )  # fmt: skip


@facilities.get("/areas.csv")
@needs(Action.SEE)
def areas() -> Response:
    """The service areas as a table."""
    county, out = coverage_now().county, io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["code", "name", "level", "households", "mean_m", "most_m"])
    for code, name, _address, level, _town, area in _lines(reach_of(county, _levels(_level())), People(county, None)):
        writer.writerow([code, _plain(name), level.code, area.households, round(area.mean_m), round(area.most_m)])
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="service-areas.csv")
    return response


def _most_first(line: tuple[str, str, int]) -> tuple[int, str]:
    """What brings the places with the most households to the front."""
    return -line[2], line[1]


def _plain(text: str) -> str:
    """A text that no spreadsheet reads as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _lines(reach: Reach, people: People) -> list[tuple[str, str, str, FacilityLevel, str, ServiceArea]]:
    """Code, name, address, level, town and area of every facility, by level and code."""
    places, known = reach.county.places, read(read_facilities)
    rank = list(FacilityLevel)
    found = []
    for area in reach.areas:
        code = places.codes[area.place]
        name, address = known.get(code, (code, ""))
        found.append((code, name, address, places.levels[area.place], people.town(places.grids[area.place]), area))
    return sorted(found, key=lambda one: (rank.index(one[3]), one[0]))


def _level() -> FacilityLevel | None:
    """The level that is asked for; None for all."""
    name = params.text("level")
    if name and name not in FacilityLevel.__members__:
        raise BadInput.of(
            "there is no level %(name)s: level takes one of %(known)s",
            name=name,
            known=", ".join(FacilityLevel.__members__),
        )
    return FacilityLevel[name] if name else None


def _levels(level: FacilityLevel | None) -> tuple[FacilityLevel, ...]:
    """The levels to be looked at."""
    return tuple(FacilityLevel) if level is None else (level,)
