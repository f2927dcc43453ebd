"""The grids that layers hold, row by row, before anything is known of the net."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo_grid.checks.finding import Fact, Finding, errors_in
from geo_grid.grids import FORM, tier_named
from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.geometries import POLYGONS, check_geometries
from geo_grid.intake.layer import Layer
from geo_grid.intake.texts import check_codes, check_texts
from geo_grid.partition import multi
from geo_grid.vocabulary import Tier

LONGEST_NAME = 100
#: What to do about grids whose tier nobody knows.
TIER_HINT = "choose the tier of the layer (--tier), or name its field"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One grid of a file; `code`, `name` and `parent` are '' where the file does not say."""

    code: str
    name: str
    tier: Tier
    parent: str
    geom: Any
    where: str


def tier_of_name(name: str) -> Tier | None:
    """The tier that a file or layer name holds, as in grids_micro or 微网格; None when it holds none or several."""
    words = [word for word in re.split(r"[^0-9A-Za-z]+", name) if word]
    named = {tier for word in words if (tier := tier_named(word)) is not None}
    named |= {tier for tier in Tier if tier.zh in name}
    return named.pop() if len(named) == 1 else None


def grid_rows(
    layers: Sequence[Layer], chosen: Mapping[str, str], tier: Tier | None
) -> tuple[list[GridRow], list[Finding]]:
    """The grids of the layers, and what is wrong with their rows; no grids when something is."""
    tables = [_Table(layer, chosen, tier) for layer in layers]
    findings = [finding for table in tables for finding in table.findings()]
    coded = [(table.layer, table.codes) for table in tables if table.codes is not None]
    findings += [one for one in check_codes(coded, "grid") if one.rule != "code_missing"] if coded else []
    if errors_in(findings):
        return [], findings
    return [row for table in tables for row in table.rows()], findings


def drawn_rows(
    layers: Sequence[Layer], chosen: Mapping[str, str], tier: Tier | None
) -> tuple[list[GridRow], list[Finding]]:
    """The grids of the layers as they were drawn, rings that cross themselves and all; otherwise as `grid_rows`."""
    tables = [_Table(layer, chosen, tier) for layer in layers]
    findings = [finding for table in tables for finding in table.findings() if finding.rule != "geometry_invalid"]
    if errors_in(findings):
        return [], findings
    return [row for table in tables for row in table.rows()], findings


class _Table:
    """One layer with its columns found."""

    def __init__(self, layer: Layer, chosen: Mapping[str, str], tier: Tier | None) -> None:
        fields = field_map(layer, Noun.GRIDS, chosen)
        self.layer = layer
        self.codes = values(layer, fields, "code")
        self.names = values(layer, fields, "name")
        self.parents = values(layer, fields, "parent")
        self._tier_words = values(layer, fields, "tier")
        self._said = tier
        self._by_name = tier_of_name(layer.name) or tier_of_name(layer.source.split(" layer ")[0])
        self.tiers = [self._tier(row) for row in range(len(layer))]

    def _tier(self, row: int) -> Tier | None:
        """The tier of a row: its own word, else what the user said, else what the file is called."""
        word = self._tier_words[row] if self._tier_words is not None else ""
        return tier_named(word) if word else self._said or self._by_name

    def findings(self) -> list[Finding]:
        """What is wrong with the rows."""
        findings = check_geometries(self.layer, POLYGONS, "polygons")
        for said, texts, longest in (("the code", self.codes, 40), ("the name", self.names, LONGEST_NAME)):
            findings += check_texts(self.layer, said, texts or [], longest)
        findings += self._tier_faults()
        for row, code in enumerate(self.codes or []):
            if code and not FORM.fullmatch(code):
                says = "code %(code)s is not one: only ASCII letters, digits, '-', '_' and '.' make codes"
                where = self.layer.where(row)
                findings.append(Finding.of("code_form", where, says, "mend the code", facts={"code": code}))
        return findings

    def _tier_faults(self) -> list[Finding]:
        """What is wrong with the tiers; a layer of which nothing says any is told once."""
        silent = not any(self.tiers) and not any(self._tier_words or [])
        if silent and len(self.layer) > 1:
            facts: dict[str, Fact] = {"rows": len(self.layer)}
            says, hint = "nothing says the tier of %(rows)d grids", TIER_HINT
            return [Finding.of("tier_missing", self.layer.source, says, hint, facts=facts)]
        return [finding for row, tier in enumerate(self.tiers) for finding in self._tier_findings(row, tier)]

    def _tier_findings(self, row: int, tier: Tier | None) -> list[Finding]:
        """What is wrong with a row's tier."""
        if tier is not None and self._said in (None, tier):
            return []
        known = "、".join(f"{one.zh} ({one.code})" for one in Tier)
        word = self._tier_words[row] if self._tier_words is not None else ""
        where = self.layer.where(row)
        if tier is None and word:
            facts: dict[str, Fact] = {"word": word, "known": known}
            says = "there is no tier %(word)s: the tiers are %(known)s"
            return [Finding.of("tier_unknown", where, says, "use the tiers' names or codes", facts=facts)]
        if tier is None:
            return [Finding.of("tier_missing", where, "nothing says its tier", TIER_HINT)]
        facts = {"tier": tier.zh, "said": "" if self._said is None else self._said.zh}
        says = "it says %(tier)s, but the tier of the layer was said to be %(said)s"
        return [Finding.of("tier_unknown", where, says, "leave the tier of the layer (--tier) away", facts=facts)]

    def rows(self) -> list[GridRow]:
        """The rows as grids."""
        geoms = multi(self.layer.shapes())
        blank = [""] * len(self.layer)
        columns = zip(self.codes or blank, self.names or blank, self.tiers, self.parents or blank, geoms, strict=True)
        return [
            GridRow(code, name, tier, parent, geom, self.layer.where(row))
            for row, (code, name, tier, parent, geom) in enumerate(columns)
            if tier is not None
        ]
