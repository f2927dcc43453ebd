"""Findings and refusals in the reader's language, as far as their sentences are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from geo_grid.vocabulary import Tier

#: Gives a sentence, a label or a word in the reader's language, as it is where nothing is known.
Translate = Callable[[str], str]
#: Where a finding is that lies in no row; one of a whole tier is told under its code.
PLACES = frozenset({"the files", "county", *(tier.code for tier in Tier)})


def sentence(one: Mapping[str, Any], translate: Translate) -> str:
    """A finding, reason or guess: its sentence with its facts put in, else its English message."""
    says, facts = one.get("says"), one.get("facts") or {}
    if says:
        known = {name: _fact(fact, translate) for name, fact in facts.items()}
        try:
            return translate(says) % known if known else translate(says)
        except (KeyError, ValueError, TypeError):
            pass
    return str(one.get("message") or one.get("reason") or "")


def _fact(fact: Any, translate: Translate) -> Any:
    """A fact as the reader knows it: words in their language, and ground in its unit."""
    if not isinstance(fact, str) or not fact:
        return fact
    number, found, _ = fact.partition(" ha")
    return f"{number} {translate('ha')}" if found and fact == f"{number} ha" else translate(fact)


def place(one: Mapping[str, Any], translate: Translate) -> str:
    """Where a finding is."""
    where = str(one.get("where", ""))
    if where in PLACES:
        return translate(where)
    file, found, row = where.rpartition(" row ")
    return translate("%(file)s, row %(row)s") % {"file": file, "row": row} if found and row.isdigit() else where


def rule_label(rule: str, translate: Translate) -> str:
    """What people call the rule of a finding."""
    return translate(f"rule:{rule}").removeprefix("rule:").replace("_", " ")


def in_language(findings: Sequence[Mapping[str, Any]], translate: Translate) -> list[dict[str, Any]]:
    """Findings with their sentences, hints, places and rules translated, for a file to send back."""
    return [
        {
            **one,
            "message": sentence(one, translate),
            "hint": translate(str(one["hint"])) if one.get("hint") else "",
            "where": place(one, translate),
            "rule": rule_label(str(one["rule"]), translate),
        }
        for one in findings
    ]


def nothing_imported(findings: Sequence[Mapping[str, Any]], translate: Translate) -> str:
    """Why nothing was imported: the first fault, and how many more there are; '' when no finding is one."""
    faults = [one for one in findings if one.get("severity") == "error"]
    if not faults:
        return ""
    said = {"where": place(faults[0], translate), "what": sentence(faults[0], translate)}
    more = translate(" (and %(count)s more findings)") % {"count": len(faults) - 1} if len(faults) > 1 else ""
    return translate("Nothing was imported: %(where)s: %(what)s") % said + more
