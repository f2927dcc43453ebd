"""Why a family of grids does not nest: which grids overlap, reach out, or share a border without sharing vertices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Fact, Finding
from geo_grid.partition.chain import Leftover

#: A gap narrower than this between grids is a drawing fault and not ground that a parent keeps.
NARROWEST_M = 1.0
#: Overlaps and overhangs named one by one for a family; the rest is counted.
MOST_NAMED = 20


def family_faults(
    parent: tuple[str, Any], children: Sequence[tuple[str, Any]], faults: Leftover, where: Mapping[str, str]
) -> list[Finding]:
    """The faults of one family: `parent` and `children` are (code, geom); `where` names the file's row of a code."""
    head, around = parent
    codes = [code for code, _ in children]
    geoms = np.array([geom for _, geom in children], dtype=object)
    findings = _overlaps(codes, geoms, where)
    if around is not None:
        findings += _overhangs(head, around, codes, geoms, where)
    if not findings and len(faults):
        at = shapely.get_coordinates(faults.lines()[0])[0]
        says = "%(count)d pieces of border in %(grid)s have no matching vertices on both sides"
        hint = "give neighbours and their parent the same vertices (snap and add topological points)"
        facts: dict[str, Fact] = {"count": len(faults), "grid": head or "the county"}
        findings = [
            _at(Finding.of("borders_unmatched", where.get(head, head or "county"), says, hint, facts=facts), at)
        ]
    more = len(findings) - MOST_NAMED
    return findings if more <= 0 else [*findings[:MOST_NAMED], _and_more(head, more)]


def slivers(head: str, own: Any, where: Mapping[str, str]) -> list[Finding]:
    """Findings for gaps between the children that are too narrow to be ground anybody means."""
    if own is None:
        return []
    parts = shapely.get_parts(own)
    thin = parts[2 * shapely.area(parts) / shapely.length(parts) < NARROWEST_M]
    hint = "snap the neighbours to one another; real ground without a child is wider"
    findings = []
    for part in thin[:MOST_NAMED]:
        says = "a gap of %(area).2f m² lies between the children of %(grid)s"
        facts: dict[str, Fact] = {"area": float(part.area), "grid": head}
        at = np.array(part.point_on_surface().coords[0])
        findings.append(_at(Finding.of("gap", where.get(head, head), says, hint, facts=facts), at))
    return findings


def thin_holes(outline: Any) -> list[Finding]:
    """Findings for gaps between total grids, which are holes of the county's outline."""
    rings = [shapely.Polygon(hole) for part in shapely.get_parts(outline) for hole in part.interiors]
    says, hint = "a gap of %(area).2f m² lies between total grids", "snap the neighbours to one another"
    return [
        _at(
            Finding.of("gap", "county", says, hint, facts={"area": float(ring.area)}),
            np.array(ring.point_on_surface().coords[0]),
        )
        for ring in rings
        if 2 * ring.area / ring.length < NARROWEST_M
    ]


def _overlaps(codes: list[str], geoms: Any, where: Mapping[str, str]) -> list[Finding]:
    """A finding for each pair that covers the same ground."""
    left, right = shapely.STRtree(geoms).query(geoms, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.intersection(geoms[left], geoms[right])
    findings = []
    for row in np.flatnonzero(shapely.area(shared) > 0):
        one, other, ground = codes[left[row]], codes[right[row]], shared[row]
        says = "%(one)s and %(other)s overlap by %(area).2f m²"
        facts: dict[str, Fact] = {"one": one, "other": other, "area": float(ground.area)}
        at = np.array(ground.point_on_surface().coords[0])
        hint = "give the ground to one of them"
        place = where.get(one, where.get(other, one))
        findings.append(_at(Finding.of("overlap", place, says, hint, facts=facts), at))
    return findings


def _overhangs(head: str, around: Any, codes: list[str], geoms: Any, where: Mapping[str, str]) -> list[Finding]:
    """A finding for each child that reaches out of its parent."""
    outside = shapely.difference(geoms, around)
    findings = []
    for row in np.flatnonzero(shapely.area(outside) > 0):
        says = "%(grid)s lies outside its parent %(parent)s by %(area).2f m²"
        facts: dict[str, Fact] = {"grid": codes[row], "parent": head, "area": float(outside[row].area)}
        at = np.array(outside[row].point_on_surface().coords[0])
        hint = "draw it inside, or correct its parent"
        place = where.get(codes[row], codes[row])
        findings.append(_at(Finding.of("outside_parent", place, says, hint, facts=facts), at))
    return findings


def _and_more(head: str, more: int) -> Finding:
    """What stands for the findings of a family that are not named."""
    says = "and %(rows)d more faults of this kind in %(grid)s"
    return Finding.of("more", head or "county", says, facts={"rows": more, "grid": head or "the county"})


def _at(finding: Finding, at: Any) -> Finding:
    """The finding with its place, still in the county's CRS: the report turns it into lon/lat."""
    return replace(finding, point=(float(at[0]), float(at[1])))
