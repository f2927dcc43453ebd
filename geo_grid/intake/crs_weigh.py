"""The readings of a layer's coordinates weighed against what is known, and one of them chosen or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from geo_grid.checks.finding import Fact, Finding, Severity
from geo_grid.intake.crs_guess import CrsCandidate, CrsGuess
from geo_grid.intake.crs_readings import Reading, degrees_of, is_degrees, named, readings
from geo_grid.intake.crs_reference import NO_REFERENCE, Probe, Reference, probe_of
from geo_grid.intake.crs_way import SWAPPED, WEB_DEGREES, WEB_MAPS, WEB_METRES, is_mercator, metres_step
from geo_grid.intake.layer import Layer
from geo_grid.intake.sighting import Certainty
from geo_grid.partition.lattice import Floats

#: Candidates that are told.
MOST_TOLD = 12
#: Readings that a sentence names.
MOST_LISTED = 4
#: A reading fits where this share of the coordinates lies inside; it fails below that one.
FITS, FAILS = 0.95, 0.5
#: A web map is recognised by so many more rows in their own grids, or by so much less distance from them.
WEB_GAIN, WEB_CLOSER, WEB_LEAST_M = 0.03, 0.2, 50.0

#: Rule: (the sentence, what to do).
SAYS: dict[str, tuple[str, str]] = {
    "told": ("you named it", ""),
    "said": ("the file says so, and %(share)d %% of its coordinates lie where the county can be", ""),
    "one_fits": (
        "the file does not say its CRS; of all readings only %(readings)s lies where the county can be",
        "look at the map and confirm it (--crs)",
    ),
    "several_fit": (
        "the file does not say its CRS; %(count)d readings lie where the county can be: %(readings)s",
        "look at the map and choose (--crs): the distances between them are shown",
    ),
    "elsewhere": (
        "the file says %(said)s, but then only %(share)d %% lie where the county can be; as %(crs)s %(other)d %% do",
        "look at the map and choose (--crs)",
    ),
    "swapped": (
        "north stands before east in it: exchanged, %(other)d %% lie where the county can be, else %(share)d %%",
        "confirm that the two are exchanged (--crs)",
    ),
    "web_map": (
        "it looks like %(crs)s: as it stands it is about %(metres)d m away from where the same grids stand",
        "confirm that it is to be converted (--crs with that name), or name its CRS (--crs)",
    ),
    "web_map_named": (
        "its name speaks of a web map (%(word)s), whose coordinates are shifted by hundreds of metres",
        "confirm that it is to be converted (--crs GCJ-02 or --crs BD-09), or name its CRS",
    ),
    "outside": (
        "the file says so, but only %(share)d %% of its coordinates lie where the county can be",
        "look at the map: is it another county, or is the CRS a wrong one?",
    ),
    "none_fits": ("no reading of its coordinates lies where the county can be", "name its CRS, or give control points"),
}
#: Words in names of files and fields that speak of web maps.
_WEB_WORDS = ("gcj", "bd09", "bd-09", "高德", "百度", "腾讯", "amap", "火星坐标")


@dataclass(frozen=True)
class _Weighed:
    """A candidate with the county's coordinates of the sample."""

    candidate: CrsCandidate
    at: Floats
    off_m: float | None

    @property
    def inside(self) -> float:
        """The share of coordinates inside."""
        return self.candidate.inside / max(self.candidate.total, 1)

    @property
    def agree(self) -> float:
        """The share of coded rows in their own grid; 0 where none is coded."""
        return self.candidate.agree / max(self.candidate.coded, 1)

    def rank(self) -> tuple[object, ...]:
        """What sorts the likeliest first: rows in their own grids, then inside, plain before warned of."""
        return -round(self.agree, 2), -round(self.inside, 2), bool(self.candidate.note), SWAPPED in self.candidate.crs


def guess_crs(layer: Layer, srid: int, reference: Reference = NO_REFERENCE, told: str | None = None) -> CrsGuess:
    """The likeliest CRS of a layer with places, its other readings, and what must be said of them.

    `told` is the user's word and is never overruled, only weighed.
    """
    probe = probe_of(layer, reference)
    if len(probe.at) == 0:
        return CrsGuess(None, (), "unsure", "none_fits", "it has no coordinates", said=layer.crs)
    told = told or (layer.crs if layer.crs_told else None)
    first = told or layer.crs
    several = readings(probe.at, first, srid)
    ranked = _ranked(_beside(several[0], several), probe, srid, reference) if first is not None else []
    if not any(one.candidate.crs == first and one.inside >= FITS for one in ranked):
        ranked = _ranked(several, probe, srid, reference)
    if told is not None and not any(one.candidate.crs == told for one in ranked):
        ranked.insert(0, _told(told, probe.at))
    return _chosen(layer, first, ranked, told, reference)


def _beside(own: Reading, several: Sequence[Reading]) -> list[Reading]:
    """The file's own word and the web maps it may be after all: enough where that word fits."""
    return [one for one in several if one is own or one.crs in WEB_MAPS]


def web_map_faults(layer: Layer, srid: int, reference: Reference, told: str | None = None) -> list[Finding]:
    """What must be said when a layer that states its CRS is a web map's after all; quicker than the whole guess."""
    said = layer.crs
    if told is not None or layer.crs_told or said is None or not layer.has_places:
        return []
    maps = WEB_DEGREES if is_degrees(said) else WEB_METRES if is_mercator(said) else {}
    if not maps:
        return []
    probe = probe_of(layer, reference)
    if not any(grid is not None for grid in probe.grids):
        return []
    ranked = _ranked([named(said), *map(named, maps)], probe, srid, reference)
    guess = _chosen(layer, layer.crs, ranked, None, reference)
    return list(guess.findings) if guess.rule == "web_map" else []


def _ranked(several: Sequence[Reading], probe: Probe, srid: int, reference: Reference) -> list[_Weighed]:
    """The readings with their figures, the likeliest first."""
    yard = reference.yard(srid)
    return sorted((_weigh(reading, probe, srid, yard) for reading in several), key=_Weighed.rank)


def _weigh(reading: Reading, probe: Probe, srid: int, yard: Any) -> _Weighed:
    """One reading with its figures."""
    degrees, metres = _placed(reading, probe.at, srid)
    inside = int(shapely.intersects_xy(yard, *metres.T).sum())
    agree, coded, off_m = 0, 0, None
    if inside:
        agree, coded, off_m = probe.agreement(_placed(reading, probe.middles, srid)[1], metres)
    box = None
    good = np.isfinite(degrees).all(axis=1)
    if good.any():
        west, south = degrees[good].min(axis=0).tolist()
        east, north = degrees[good].max(axis=0).tolist()
        box = (west, south, east, north)
    total = len(probe.at)
    candidate = CrsCandidate(reading.crs, reading.name, inside, total, agree, coded, bounds=box, note=reading.note)
    return _Weighed(candidate, metres, off_m)


def _placed(reading: Reading, at: Floats, srid: int) -> tuple[Floats, Floats]:
    """Coordinates (n, 2) by a reading in lon/lat and in the county's CRS; NaN where they are no place in it."""
    with np.errstate(invalid="ignore"):
        degrees = degrees_of(reading, at)
    good = np.isfinite(degrees).all(axis=1) & (np.abs(degrees) <= (180.0, 90.0)).all(axis=1)
    degrees[~good] = np.nan
    metres = np.full_like(at, np.nan)
    if good.any():
        metres[good] = metres_step(srid)(degrees[good])
    metres[~np.isfinite(metres).all(axis=1)] = np.nan
    return degrees, metres


def _told(told: str, at: Floats) -> _Weighed:
    """What the user named and cannot be weighed: control points."""
    return _Weighed(CrsCandidate(told, named(told).name, total=len(at)), np.full_like(at, np.nan), None)


def _chosen(
    layer: Layer, first: str | None, ranked: list[_Weighed], told: str | None, reference: Reference
) -> CrsGuess:
    """The guess: which reading, how certain, why, and the findings."""
    own = next((one for one in ranked if one.candidate.crs == first), None)
    best = _plain(ranked) or ranked[0]
    facts: dict[str, Fact] = {
        "share": round(100 * own.inside) if own is not None else 0,
        "other": round(100 * best.inside),
        "crs": best.candidate.crs,
    }
    web = None if told is not None else _web_map(ranked, own)
    if web is not None:
        facts |= {"crs": web.candidate.crs, "metres": round(_apart(own or best, web) or 0)}
        return _guess(layer, web, ranked, "unsure", "web_map", facts)
    if told is not None and own is not None:
        return _guess(layer, own, ranked, "told", "told", facts)
    if best.inside < FAILS and (own is None or own.inside < FAILS):
        rule = "none_fits" if own is None or reference.outline is None else "outside"
        return _guess(layer, None if rule == "none_fits" else own, ranked, "unsure", rule, facts)
    if own is None:
        return _of_no_word(layer, best, ranked, facts)
    return _of_its_word(layer, own, best, ranked, facts)


def _of_its_word(
    layer: Layer, own: _Weighed, best: _Weighed, ranked: list[_Weighed], facts: dict[str, Fact]
) -> CrsGuess:
    """The guess for a layer that says its CRS: that one, unless another puts much more of it inside."""
    if own.inside >= min(FITS, best.inside):
        return _with_web_words(_guess(layer, own, ranked, "certain", "said", facts), layer, own)
    facts["said"] = own.candidate.name
    swapped = best.candidate.crs.endswith(SWAPPED)
    return _guess(layer, best, ranked, "unsure", "swapped" if swapped else "elsewhere", facts)


def _of_no_word(layer: Layer, best: _Weighed, ranked: list[_Weighed], facts: dict[str, Fact]) -> CrsGuess:
    """The guess for a layer that does not say its CRS."""
    if best.candidate.crs.endswith(SWAPPED):
        return _guess(layer, best, ranked, "unsure", "swapped", facts)
    fitting = [
        one
        for one in ranked
        if one.inside >= FITS * best.inside and one.agree >= FITS * best.agree and not one.candidate.note
    ]
    facts["readings"] = _listed(fitting or [best])
    if len(fitting) > 1:
        return _guess(layer, best, ranked, "unsure", "several_fit", facts | {"count": len(fitting)})
    return _with_web_words(_guess(layer, best, ranked, "likely", "one_fits", facts), layer, best)


def _listed(fitting: Sequence[_Weighed]) -> str:
    """The first few readings by what --crs takes, and how people call them."""
    said = [f"{one.candidate.crs} ({one.candidate.name})" for one in fitting[:MOST_LISTED]]
    return ", ".join(said) + (" …" if len(fitting) > MOST_LISTED else "")


def _plain(ranked: list[_Weighed]) -> _Weighed | None:
    """The likeliest reading that is no web map."""
    return next((one for one in ranked if one.candidate.note != "web_map"), None)


def _web_map(ranked: list[_Weighed], own: _Weighed | None) -> _Weighed | None:
    """The web map that puts the rows into their own grids as nothing else does."""
    plain = own or _plain(ranked)
    if plain is None or plain.candidate.note == "web_map":
        return None
    for one in ranked:
        if one.candidate.note == "web_map" and SWAPPED not in one.candidate.crs and one.candidate.coded:
            closer = (
                one.off_m is not None
                and plain.off_m is not None
                and plain.off_m > WEB_LEAST_M
                and one.off_m < WEB_CLOSER * plain.off_m
            )
            if closer or (one.agree - plain.agree >= WEB_GAIN and one.agree >= FITS):
                return one
    return None


def _with_web_words(guess: CrsGuess, layer: Layer, chosen: _Weighed) -> CrsGuess:
    """The guess with a warning when the layer's name or fields speak of a web map and nothing could be compared."""
    text = " ".join([layer.source, layer.name, *layer.columns]).casefold()
    word = next((word for word in _WEB_WORDS if word in text), None)
    if word is None or chosen.candidate.coded or not _is_degrees(chosen):
        return guess
    says, hint = SAYS["web_map_named"]
    finding = Finding.of("crs_web_map_named", layer.source, says, hint, severity="warning", facts={"word": word})
    return replace(guess, certainty="unsure", findings=(*guess.findings, finding))


def _is_degrees(one: _Weighed) -> bool:
    """Whether a reading is in degrees."""
    box = one.candidate.bounds
    return box is not None and one.candidate.crs not in WEB_MAPS


def _guess(
    layer: Layer,
    chosen: _Weighed | None,
    ranked: list[_Weighed],
    certainty: Certainty,
    rule: str,
    facts: Mapping[str, Fact],
) -> CrsGuess:
    """The guess in words, its candidates with their distance from the chosen one."""
    says, hint = SAYS[rule]
    kept = [one for one in ranked if one is chosen or one.candidate.inside][:MOST_TOLD]
    if chosen is not None and chosen not in kept:
        kept = [chosen, *kept[: MOST_TOLD - 1]]
    told = tuple(replace(one.candidate, shift_m=_apart(chosen, one)) for one in kept)
    own = next((one for one in told if chosen is not None and one.crs == chosen.candidate.crs), None)
    findings: tuple[Finding, ...] = ()
    if rule not in {"told", "said"}:
        severity: Severity = "warning" if rule == "outside" else "error"
        findings = (Finding.of(f"crs_{rule}", layer.source, says, hint, severity=severity, facts=dict(facts)),)
    return CrsGuess(own, told, certainty, rule, says % facts, says, dict(facts), layer.crs, findings)


def _apart(one: _Weighed | None, other: _Weighed) -> float | None:
    """The middling distance between where two readings put the sample; None where one puts it nowhere."""
    if one is None:
        return None
    far = np.hypot(*(one.at - other.at).T)
    far = far[np.isfinite(far)]
    return float(np.median(far)) if len(far) else None
