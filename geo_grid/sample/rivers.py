"""The courses of rivers and streams as smooth winding lines, sampled every few metres."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo_grid.sample.noise import Floats, Ints, make_warp
from geo_grid.sample.terrain import STREAM_KM2, Terrain, distances

STEP_M = 20.0


@dataclass(frozen=True)
class Rivers:
    """Sampled river lines: rows in order from source to mouth, river after river."""

    xy: Floats
    """(n, 2)"""
    river: Ints
    """(n,) number of the river"""
    catchment_km2: Floats
    rank: Ints
    """(rivers,) 0 for the river with the largest catchment at its mouth"""


def trace_rivers(rng: np.random.Generator, terrain: Terrain) -> Rivers:
    """Every stream of the terrain, from its source to where it joins a larger one."""
    courses = _courses(terrain)
    smooth = _smooth(terrain, _main_donor(terrain))
    lines = [curve_through(smooth[course]) for course in courses]
    catchments = [
        np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(course)), terrain.catchment_km2[course])
        for course, line in zip(courses, lines, strict=True)
    ]
    xy = np.concatenate(lines)
    at_mouth = np.array([terrain.catchment_km2[course[-2]] for course in courses])
    return Rivers(
        xy=xy + make_warp(rng, {2_600.0: 0.11, 1_100.0: 0.11, 420.0: 0.11}).at(xy),
        river=np.repeat(np.arange(len(lines)), [len(line) for line in lines]),
        catchment_km2=np.concatenate(catchments),
        rank=np.argsort(np.argsort(-at_mouth, kind="stable"), kind="stable"),
    )


def rivers_near(rivers: Rivers, place: Floats, reach_m: float) -> Rivers:
    """The samples of the rivers in a square around a place."""
    near = (np.abs(rivers.xy - place) < reach_m).all(axis=1)
    return replace(rivers, xy=rivers.xy[near], river=rivers.river[near], catchment_km2=rivers.catchment_km2[near])


def _main_donor(terrain: Terrain) -> Ints:
    """The stream point with the largest catchment that drains into each point; −1 where there is none."""
    donor = np.full(len(terrain.points), -1, dtype=np.int64)
    streams = np.flatnonzero((terrain.catchment_km2 >= STREAM_KM2) & (terrain.receiver >= 0))
    for point in streams[np.argsort(terrain.catchment_km2[streams], kind="stable")].tolist():
        donor[terrain.receiver[point]] = point
    return donor


def _courses(terrain: Terrain) -> list[Ints]:
    """The points of each river from its source down to, and with, the point where it joins another."""
    donor = _main_donor(terrain)
    is_stream = (terrain.catchment_km2 >= STREAM_KM2) & (terrain.receiver >= 0)
    courses = []
    for source in np.flatnonzero(is_stream & (donor < 0)).tolist():
        course = [source]
        while terrain.receiver[course[-1]] >= 0:
            below = int(terrain.receiver[course[-1]])
            joins = donor[below] != course[-1]
            course.append(below)
            if joins:
                break
        courses.append(np.array(course))
    return courses


def _smooth(terrain: Terrain, donor: Ints) -> Floats:
    """The points of the terrain, those on streams drawn towards their neighbours up and down the stream."""
    xy = terrain.points.copy()
    along = (donor >= 0) & (terrain.receiver >= 0)
    for _ in range(2):
        xy[along] = 0.5 * xy[along] + 0.25 * (xy[donor[along]] + xy[terrain.receiver[along]])
    return xy


def curve_through(knots: Floats) -> Floats:
    """A Catmull-Rom curve through `knots`, a point about every `STEP_M` metres."""
    padded = np.concatenate([knots[:1], knots, knots[-1:]])
    pieces = np.maximum(np.ceil(distances(knots[:-1], knots[1:]) / STEP_M).astype(np.int64), 1)
    segment = np.repeat(np.arange(len(pieces)), pieces)
    first = np.concatenate([[0], np.cumsum(pieces)[:-1]])
    t = ((np.arange(pieces.sum()) - first[segment]) / pieces[segment])[:, None]
    a, b, c, d = (padded[segment + shift] for shift in range(4))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t)
    return np.concatenate([curve, knots[-1:]])
