"""`geo-grid check`: every invariant and coverage rule over the county as it stands."""

from __future__ import annotations

import json
from collections import Counter

import typer

from geo_grid.cli.output import AsJson
from geo_grid.errors import Refused
from geo_grid.settings import settings

#: Findings of one rule written out; --json gives them all.
MOST_SHOWN = 5


def register(app: typer.Typer) -> None:
    """This command, added to the program."""
    app.command("check")(check)


def check(as_json: AsJson = False) -> None:
    """Check every invariant and coverage rule; the exit code is 0 when no invariant is broken."""
    from geo_grid.checks import CheckReport, read_rules, read_waivers
    from geo_grid.checks import check as check_county
    from geo_grid.county import read_county
    from geo_grid.db import DbRole, engine, reading

    with reading(engine(settings(), DbRole.LOADER)) as conn:
        report: CheckReport = check_county(read_county(conn), read_rules(conn), read_waivers(conn))
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        _show(report.to_json())
        _list(report)
    if report.invariants_broken:
        raise typer.Exit(Refused.exit_code)


def _show(figures: dict[str, object]) -> None:
    """The figures, a line each."""
    for name, value in figures.items():
        if name in {"findings", "coverage"}:
            continue
        text = ", ".join(f"{key} {count}" for key, count in value.items()) if isinstance(value, dict) else value
        typer.echo(f"{name.replace('_', ' '):<22} {text}")


def _list(report: object) -> None:
    """The findings, the first of each rule."""
    from geo_grid.checks import CheckReport

    assert isinstance(report, CheckReport)  # noqa: S101  (typed loosely to keep the command quick to start)
    for rule, count in Counter(finding.rule for finding in report.findings).items():
        same = [finding for finding in report.findings if finding.rule == rule]
        typer.echo(f"\n{rule}: {count} findings, {sum(finding.households for finding in same)} households")
        for finding in same[:MOST_SHOWN]:
            typer.echo(f"  {finding.to_line()}")
        if count > MOST_SHOWN:
            typer.echo(f"  … and {count - MOST_SHOWN} more (--json lists all)")
