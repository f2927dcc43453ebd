"""What a form of the import pages says, as plain values to be kept with the run."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from geo_grid.intake.clean import CleaningRules
from geo_grid.intake.field_names import KNOWN, Noun
from geo_grid.intake.runs import Run

#: What the names of fields that settle something begin with.
_SAYS = {"encoding", "crs", "noun", "tier", "accept", "rule", "retire", "answer"}


def choices_of(form: MultiDict[str, str], run: Run) -> dict[str, Any] | None:
    """The run's choices with what the form changes; None when it says nothing.

    Fields of the form are numbered by layer: `crs.0`, `noun.0`, `tier.0`, `use.0`, `field.0.code`; `encoding.NAME` is
    of a file.
    """
    known = {"encoding", "crs", "noun", "tier", "accept", "answer", "rule", "retire"}
    said = {key for key in form if key.partition(".")[0] in known}
    if not said:
        return None
    chosen: dict[str, Any] = run.choices.to_json() | {
        "accepted": list(run.accepted),
        "rules": dict(run.rules),
        "retiring": list(run.retiring),
    }
    encodings = dict(chosen["encodings"])
    for key in said:
        kind, _, rest = key.partition(".")
        if kind == "encoding":
            encodings[rest] = form[key]
    chosen["encodings"] = {file: word for file, word in encodings.items() if word}
    layers = dict(chosen["layers"])
    for number, seen in enumerate((run.sighting or {}).get("layers", [])):
        layers[seen["source"]] = _layer(form, number, dict(layers.get(seen["source"]) or {}))
    chosen["layers"] = {source: one for source, one in layers.items() if one}
    if "accept" in form:
        chosen["accepted"] = [value for value in form.getlist("accept") if value]
    if "retire" in form:
        chosen["retiring"] = [value for value in form.getlist("retire") if value]
    rules = dict(chosen["rules"])
    answers = dict(rules.get("answers") or {}) | {key[7:]: form[key] for key in said if key.startswith("answer.")}
    rules |= {key[5:]: form[key] for key in said if key.startswith("rule.")}
    chosen["rules"] = rules | {"answers": {fault: word for fault, word in answers.items() if word}}
    return chosen


def rules_of(form: MultiDict[str, str]) -> CleaningRules:
    """The rules of repairing that a form says, without what was accepted. Raises `BadInput`."""
    said: dict[str, Any] = {key[5:]: form[key].strip() or None for key in form if key.startswith("rule.")}
    kinds = {key[7:]: form[key] for key in form if key.startswith("answer.")}
    return CleaningRules.from_json(said | {"answers": {kind: word for kind, word in kinds.items() if word}})


def _layer(form: MultiDict[str, str], number: int, one: dict[str, Any]) -> dict[str, Any]:
    """What is settled for one layer."""
    if f"crs.{number}" in form:
        own = form.get(f"crs_text.{number}", "").strip()
        one["crs"] = own or form[f"crs.{number}"] or None
    noun = form.get(f"noun.{number}")
    if noun is None:
        return one
    one["left_out"] = noun == "-"
    if noun not in {known.value for known in Noun}:
        return one | {"map": None}
    columns = {ours: form.get(f"field.{number}.{noun}.{ours}", "") for ours in KNOWN[Noun(noun)]}
    taken = {ours: theirs for ours, theirs in columns.items() if theirs}
    tier = form.get(f"tier.{number}") or None
    return one | {"map": {"noun": noun, "columns": taken, "tier": None if "tier" in taken else tier, "name": ""}}
