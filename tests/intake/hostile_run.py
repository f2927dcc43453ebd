"""What becomes of a hostile file when somebody tries to import it, from the first look to the load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.errors import GeoGridError
from geo_grid.intake import Layer, NotClean, Options, Standing, Unreadable, load, read, validate
from geo_grid.intake.look import seen
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier

REFUSED, ASKS, HELD, TOLD, LOADED = "refused", "asks", "held back, rows told", "loaded, rows told", "loaded"

#: Findings and refusals that put a question which only a person can answer.
_QUESTIONS = {"encoding_found", "encoding_unsure", "field_twice", "lines_closed", "crs_one_fits", "crs_several_fit"}
_QUESTIONING = ("say it with --crs", ": check --crs", "the one inside")

#: What each proposal of the manifest allows.
ALLOWED = {
    "reject": {REFUSED, HELD},
    "ask": {ASKS},
    "report": {HELD, TOLD, ASKS},
    "accept": {LOADED, TOLD},
}

OPTIONS = Options(tier=Tier.MICRO)


@dataclass(frozen=True)
class Outcome:
    """What became of a file, the sentence that says so first, and whether it was loaded in earnest."""

    what: str
    sentence: str = ""
    earnest: bool = False


def outcome_of(path: Path, settings: Settings, standing: Standing) -> Outcome:
    """What becomes of the file in the county that `settings` names and `standing` describes.

    A file in which checks find an error is loaded in earnest, which must be refused; any other only for trial.
    """
    try:
        layers = read([path], OPTIONS)
    except Unreadable as refusal:
        return _refused(str(refusal))
    findings = [finding for layer in layers for finding in seen(layer, path.name).findings]
    findings += validate(layers, OPTIONS, standing)
    earnest = bool(errors_in(findings))
    return replace(_loaded(path, settings, layers, findings, earnest=earnest), earnest=earnest)


def _loaded(
    path: Path, settings: Settings, layers: Sequence[Layer], findings: Sequence[Finding], *, earnest: bool
) -> Outcome:
    """What the load of layers says, in which so much was found already."""
    try:
        report = load(settings, [path], OPTIONS, dry_run=not earnest, reader=lambda *_: layers)
    except NotClean as refusal:
        return _told(layers, [*findings, *refusal.findings], HELD)
    except GeoGridError as refusal:
        return _refused(str(refusal))
    return _told(layers, [*findings, *report.findings], TOLD)


def read_alone(path: Path) -> Outcome:
    """What becomes of a file that belongs to no county of ours: what reading alone says."""
    try:
        layers = read([path])
    except Unreadable as refusal:
        return _refused(str(refusal))
    findings = [finding for layer in layers for finding in seen(layer, path.name).findings]
    return _told(layers, findings, HELD if errors_in(findings) else TOLD)


def _refused(sentence: str) -> Outcome:
    """A refusal; a question when an option answers it."""
    return Outcome(ASKS if any(word in sentence for word in _QUESTIONING) else REFUSED, sentence)


def _told(layers: Sequence[Layer], findings: Sequence[Finding], what: str) -> Outcome:
    """The outcome of a file that could be read."""
    # Every made file has a column more than we take, the sound one too: to be told of it is nothing about the damage.
    findings = [finding for finding in findings if finding.rule != "columns_left"]
    asking = [finding for finding in findings if finding.rule in _QUESTIONS]
    if asking or len(layers) > 1:
        first = asking[0].to_line() if asking else f"{len(layers)} layers: choose one"
        return Outcome(ASKS, first)
    if not findings:
        return Outcome(LOADED)
    worst = (errors_in(findings) or list(findings))[0]
    return Outcome(what, worst.to_line())
