"""`geo-grid workload`: what each place has to carry, by the formula and its weights."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from geo_grid.cli.output import AsJson
from geo_grid.errors import BadInput
from geo_grid.settings import settings


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("workload")(workload)


def workload(
    tier: Annotated[str, typer.Option("--tier", help="The tier of the places: TOTAL, SUB, …")] = "TOTAL",
    as_json: AsJson = False,
) -> None:
    """Show the load of each place with all that lies in it, in households, term by term."""
    from geo_grid.county import read_county_without_ground
    from geo_grid.db import DbRole, engine, reading
    from geo_grid.inspections import read_rhythms
    from geo_grid.vocabulary import LoadTerm, Tier
    from geo_grid.workload import read_leaf_facts, read_weights, workload_of

    if tier not in Tier.__members__:
        raise BadInput(f"there is no tier {tier}: choose one of {', '.join(Tier.__members__)}")
    with reading(engine(settings(), DbRole.LOADER)) as conn:
        found = workload_of(
            read_county_without_ground(conn), read_leaf_facts(conn), read_weights(conn), read_rhythms(conn)
        )
    lines = []
    for grid in sorted(found.county.of_tier(Tier[tier]), key=lambda one: one.code):
        below = found.below[found.county.index[grid.code]]
        terms = {term.code: round(load, 3) for term, (_, _, load) in found.terms(below).items()}
        lines.append({"code": grid.code, "name": grid.name, "load": round(found.load_of(below), 3), "terms": terms})
    if as_json:
        weights = {term.code: found.weights[term] for term in LoadTerm}
        typer.echo(json.dumps({"weights": weights, "places": lines}, ensure_ascii=False))
        return
    for line in lines:
        said = "  ".join(f"{name.lower()} {load:,.0f}" for name, load in dict(line["terms"]).items())  # type: ignore[call-overload]
        typer.echo(f"{line['code']:<24} {line['load']:>10,.0f}  {said}  {line['name']}")
