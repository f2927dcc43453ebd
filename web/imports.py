"""What the pages of an import show: its steps, its findings in groups, its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext

from geo_grid.intake.runs import Run, note_job
from geo_grid.jobs import Job, NewJob, queue
from geo_grid.vocabulary import FacilityLevel, Named, Role, Tier
from web import finding_words as words
from web.database import write
from web.kinds import site_kind
from web.language import word
from web.session import actor


def translated(text: str) -> str:
    """A text in the page's language, as it is where nothing is known."""
    return str(gettext(text))


STEPS = {
    "files": lazy_gettext("Files"),
    "found": lazy_gettext("What we found"),
    "fields": lazy_gettext("Fields"),
    "findings": lazy_gettext("Findings"),
    "repairs": lazy_gettext("Repairs"),
    "changes": lazy_gettext("Changes"),
    "load": lazy_gettext("Loading"),
}
NOUNS = {
    "grids": lazy_gettext("Service grids"),
    "households": lazy_gettext("Households"),
    "workers": lazy_gettext("Workers"),
    "posts": lazy_gettext("Posts"),
    "risk-sites": lazy_gettext("Risk sites"),
    "risk_sites": lazy_gettext("Risk sites"),
    "facilities": lazy_gettext("Facilities"),
}
FIELDS = {
    "code": lazy_gettext("Code"),
    "name": lazy_gettext("Name or title"),
    "tier": lazy_gettext("Tier"),
    "parent": lazy_gettext("Parent's code"),
    "address": lazy_gettext("Address"),
    "persons": lazy_gettext("Persons"),
    "phone": lazy_gettext("Phone"),
    "contact": lazy_gettext("Contact"),
    "x": lazy_gettext("Longitude or x"),
    "y": lazy_gettext("Latitude or y"),
    "kind": lazy_gettext("Kind"),
    "note": lazy_gettext("Note"),
    "level": lazy_gettext("Level"),
    "grid": lazy_gettext("Grid's code"),
    "role": lazy_gettext("Role"),
    "since": lazy_gettext("Since"),
    "until": lazy_gettext("Until"),
    "ground": lazy_gettext("Ground"),
}
STATES = {
    "open": lazy_gettext("Being prepared"),
    "loaded": lazy_gettext("Loaded"),
    "unchanged": lazy_gettext("Nothing was new"),
    "undone": lazy_gettext("Undone"),
    "dropped": lazy_gettext("Given up"),
}
STAGES = {
    "": lazy_gettext("Waiting for the worker"),
    "reading files": lazy_gettext("Reading the files"),
    "drawing the layers": lazy_gettext("Drawing the layers"),
    "estimating": lazy_gettext("Estimating what would change"),
    "finding faults": lazy_gettext("Looking for faults"),
    "checking the net": lazy_gettext("Checking the net"),
    "looking for what is gone": lazy_gettext("Looking for what is gone"),
    "checking workers": lazy_gettext("Checking workers"),
    "checking households": lazy_gettext("Checking households"),
    "finding every household's grid": lazy_gettext("Finding every household's grid"),
    "bringing households in": lazy_gettext("Bringing households in"),
    "checking risk sites": lazy_gettext("Checking risk sites"),
    "checking facilities": lazy_gettext("Checking facilities"),
    "writing": lazy_gettext("Writing"),
    "writing grids": lazy_gettext("Writing grids"),
    "proving grids": lazy_gettext("Proving the net"),
    "writing leaves": lazy_gettext("Writing grids"),
    "repairing": lazy_gettext("Working out repairs"),
    "committing": lazy_gettext("Proving and committing"),
    "cleaning": lazy_gettext("Working out repairs"),
    "preparing the map": lazy_gettext("Preparing the map"),
    "undoing the import": lazy_gettext("Undoing the import"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the wizard; `address` is None while it cannot be gone to."""

    name: str
    label: str
    address: str | None
    is_done: bool
    is_current: bool


def steps(run: Run, at: str) -> list[Step]:
    """The steps of a run, `at` being the one that is shown."""
    names = list(STEPS)
    reached = 6 if run.verdict is not None or not run.is_open else 2 if run.sighting is not None else 0
    return [
        Step(
            name,
            str(STEPS[name]),
            url_for("imports.step", run_id=run.id, name=name) if place <= reached else None,
            place < names.index(at),
            name == at,
        )
        for place, name in enumerate(names)
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule and severity: their number, what they touch, and those that are shown."""

    rule: str
    severity: str
    count: int
    households: int
    area_m2: float
    findings: Sequence[Mapping[str, Any]]

    @property
    def label(self) -> str:
        """The rule as people call it."""
        return words.rule_label(self.rule, translated)


def groups(findings: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The findings by rule, errors first, then by the households they touch; each knows its place in the list."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for number, one in enumerate(findings):
        found.setdefault((one["severity"], one["rule"]), []).append({**one, "number": number})
    made = [
        Group(
            rule,
            severity,
            sum(int(one.get("count", 1)) for one in members),
            sum(int(one.get("households", 0)) for one in members),
            sum(float(one.get("area_m2", 0)) for one in members),
            members,
        )
        for (severity, rule), members in found.items()
    ]
    return sorted(made, key=lambda one: (one.severity, -one.households, -one.area_m2, -one.count))


def sentence(one: Mapping[str, Any]) -> str:
    """A finding, reason or guess in the page's language, as far as its sentence is known."""
    return words.sentence(one, translated)


def failure(job: Job) -> str:
    """Why a job did not succeed, in the page's language, as far as its sentence is known."""
    why = job.result
    if told := words.nothing_imported(why.get("findings") or (), translated):
        return told
    source = f"{why['source']}: " if why.get("source") else ""
    return source + sentence(why) if why.get("says") else job.error


def in_language(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings in the page's language, for a file to send back."""
    return words.in_language(findings, translated)


def place(one: Mapping[str, Any]) -> str:
    """Where a finding is, in the page's language."""
    return words.place(one, translated)


def stage(job: Job | None) -> str:
    """What a job is doing, in the page's language."""
    if job is None:
        return ""
    return str(STAGES.get(job.stage, job.stage))


def tier_choices() -> dict[str, str]:
    """The tiers by code, in the page's language."""
    return {tier.code: word(tier) for tier in Tier}


#: The words of the kinds of what is missing, by noun; those of households are codes of townships.
_KINDS: dict[str, type[Named]] = {"grids": Tier, "posts": Role, "facilities": FacilityLevel}


def kind_of(noun: str, kind: str) -> str:
    """A kind of a noun in the page's language."""
    if noun == "risk_sites":
        return word(site_kind(kind))
    named = _KINDS.get(noun)
    return kind if named is None else word(named[kind])


def ask_for(run: Run, kind: str, key: str | None = None) -> int:
    """The id of a job of that kind on the run, queued and noted with it."""

    def work(conn: Any) -> int:
        job = queue(conn, NewJob(kind, actor().username, {"run": run.id}, key))
        note_job(conn, run.id, job)
        return job

    return write(work)
