"""The pages of coverage: all rules, one rule, its limits and its waivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from geo_grid.checks import end_waiver, read_months, rule_by_code, waive, write_rule
from geo_grid.errors import BadInput
from geo_grid.journal import NewChangeset
from geo_grid.vocabulary import Action
from web.access import needs
from web.coverage import coverage_now
from web.database import read, write
from web.rule_words import lines_of, rule_asks, towns_of
from web.session import actor, demand_county

coverage = Blueprint("coverage", __name__, url_prefix="/coverage")

coverage.add_app_template_global(rule_asks)
#: Findings shown on a page; the export holds them all.
MOST_SHOWN = 200


@coverage.get("")
@needs(Action.SEE)
def rules() -> str:
    """All coverage rules with what they found, in households."""
    return render_template("coverage/rules.html", coverage=coverage_now())


@coverage.get("/<code>")
@needs(Action.SEE)
def rule(code: str) -> str:
    """One coverage rule: figures, months, places, findings, waivers."""
    shown = coverage_now()
    answer = shown.answers.get(shown.rule(code).code)
    return render_template(
        "coverage/rule.html",
        rule=shown.rule(code),
        answer=answer,
        towns=towns_of(shown.county, answer) if answer else [],
        lines=lines_of(shown.county, answer, MOST_SHOWN) if answer else [],
        months=read(read_months, code),
        waivers=shown.waivers_of(code),
        county=shown.county,
    )


@coverage.post("/<code>")
@needs(Action.MANAGE_COVERAGE)
def change(code: str) -> Response:
    """Give a rule other limits, or switch it; it holds for the whole county."""
    demand_county(Action.MANAGE_COVERAGE)

    def work(conn: Connection) -> None:
        standing = rule_by_code(conn, code)
        write_rule(conn, standing.changed(**_limits()))

    _write(work, f"changed the coverage rule {code}")
    flash(_("The rule was changed."), "good")
    return redirect(url_for("coverage.rule", code=code), 303)


@coverage.post("/<code>/waivers")
@needs(Action.MANAGE_COVERAGE)
def add_waiver(code: str) -> Response:
    """Waive a rule in a grid until a day."""
    grid, reason, until = (request.form.get(name, "").strip() for name in ("grid", "reason", "until"))
    last = _day(until)
    if last is None:
        raise BadInput.of("a waiver needs the day on which it ends")
    _write(
        lambda conn: waive(conn, code, grid, reason=reason, by=actor().name, until=last),
        f"waived {code} in {grid} until {until}: {reason}",
    )
    flash(_("The rule is waived in %(grid)s until %(day)s.", grid=grid, day=until), "good")
    return redirect(url_for("coverage.rule", code=code), 303)


@coverage.post("/<code>/waivers/<int:number>/end")
@needs(Action.MANAGE_COVERAGE)
def drop_waiver(code: str, number: int) -> Response:
    """Let a waiver end now."""
    _write(lambda conn: end_waiver(conn, number), f"ended the waiver {number} of {code}")
    flash(_("The waiver has ended."), "good")
    return redirect(url_for("coverage.rule", code=code), 303)


def _write(work: Callable[[Connection], object], note: str) -> None:
    """Do `work` under the name of who asks."""
    write(work, NewChangeset(actor().username, "edit", note))


def _limits() -> dict[str, object]:
    """The limits that a form gives: what is blank is unlimited, a box that is not ticked is off."""
    given: dict[str, object] = {"is_on": "is_on" in request.form, "since": _day(request.form.get("since", ""))}
    for name in ("most_households", "distance_m", "visits"):
        if name in request.form:
            given[name] = _whole(name)
    return given


def _whole(name: str) -> int | None:
    """A number of a form, None when blank."""
    text = request.form[name].strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise BadInput.of("%(name)s must be a whole number, or blank", name=name)
    return int(text)


def _day(text: str) -> date | None:
    """A day of a form, None when blank."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput.of("%(text)s is no day: write it like 2026-06-01", text=text) from None
