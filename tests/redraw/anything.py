"""Moves of all kinds drawn at random over a net, as people draw them: overshooting, weaving, tracing, missing."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import count

import numpy as np
import shapely

from geo_grid.grids import may_hold
from geo_grid.redraw.moves import (
    Carve,
    Dissolve,
    Extend,
    Line,
    Merge,
    Move,
    Paint,
    Rename,
    Reshape,
    Shrink,
    Split,
    SplitGrid,
    Transfer,
)
from geo_grid.redraw.net import Net
from geo_grid.redraw.rows import COUNTY, Row
from geo_grid.vocabulary import Tier

Places = list[tuple[float, float]]


class Planner:
    """Somebody who draws anything anywhere; `codes` are the grids that stand."""

    def __init__(self, codes: list[str], rng: random.Random) -> None:
        self.codes, self.rng = codes, rng

    def move(self, net: Net) -> Move:
        """A random move over the net."""
        kinds: list[Callable[[Net], Move]] = [
            self.split,
            self.split,
            self.split_grid,
            self.merge,
            self.merge,
            self.reshape,
            self.reshape,
            self.reshape,
            self.paint,
            self.carve,
            self.transfer,
            self.dissolve,
            self.extend,
            self.shrink,
            self.rename,
        ]
        return self.rng.choice(kinds)(net)

    def grid(self, net: Net, *tiers: Tier) -> Row:
        """A random standing grid, of one of the tiers if any are given and the net has such."""
        for tries in count():
            row = net.get(self.rng.choice(self.codes))
            if row is not None and (not tiers or row.tier in tiers or tries > 5000):
                return row
        raise AssertionError("the loop returns")

    def leaf(self, net: Net) -> Row:
        """A random leaf."""
        return self.grid(net, Tier.MICRO, Tier.MICRO, Tier.SPECIAL)

    def snap_m(self) -> float:
        """How far the line is pulled: usually a little, sometimes a lot."""
        return self.rng.choice([0.2, 0.2, 1.0, 3.0, 5.0])

    def across(self, shape: shapely.Geometry) -> Line:
        """A wiggly line over a shape, from outside to outside, or ending inside."""
        centre, radius = shapely.point_on_surface(shape), math.sqrt(shape.area)
        turn = self.rng.uniform(0, 2 * math.pi)
        count = self.rng.randint(2, 9)
        reach = radius * self.rng.uniform(0.4, 2.5)
        along = np.linspace(-reach, reach, count)
        off = np.array([self.rng.gauss(0, radius * 0.06) for _ in range(count)])
        return self._turned(centre, turn, along, off)

    def round(self, centre: shapely.Geometry, radius: float) -> Line:
        """A ring with a few corners around a place."""
        count = self.rng.randint(3, 10)
        start = self.rng.uniform(0, 6)
        turns = [start + 2 * math.pi * i / count for i in range(count)]
        reach = [radius * self.rng.uniform(0.6, 1.3) for _ in turns]
        places = [(centre.x + r * math.cos(t), centre.y + r * math.sin(t)) for r, t in zip(reach, turns, strict=True)]
        return (*places, places[0])

    def beside(self, shape: shapely.Geometry) -> Line:
        """A line that weaves along a stretch of a shape's border."""
        rings = shapely.get_rings(shapely.get_parts(shape))
        ring = rings[self.rng.randrange(len(rings))]
        length = ring.length
        start, reach = self.rng.uniform(0, length), length * self.rng.uniform(0.02, 0.2)
        count = self.rng.randint(2, 8)
        at = [shapely.line_interpolate_point(ring, (start + reach * i / (count - 1)) % length) for i in range(count)]
        off = reach * self.rng.uniform(0.0, 0.4)
        ends = self.rng.choice([0.0, 0.0, off])
        places = [
            (
                point.x + self.rng.gauss(0, ends if i in (0, count - 1) else off),
                point.y + self.rng.gauss(0, ends if i in (0, count - 1) else off),
            )
            for i, point in enumerate(at)
        ]
        return tuple(places)

    def _turned(self, centre: shapely.Geometry, turn: float, along: np.ndarray, off: np.ndarray) -> Line:
        """Places along a line through a centre, and off it."""
        x = centre.x + along * math.cos(turn) - off * math.sin(turn)
        y = centre.y + along * math.sin(turn) + off * math.cos(turn)
        return tuple(zip(x.tolist(), y.tolist(), strict=True))

    def split(self, net: Net) -> Move:
        """A leaf cut, or two side by side with one line."""
        row = self.leaf(net)
        return Split((row.code,), self.across(row.own), snap_m=self.snap_m())

    def split_grid(self, net: Net) -> Move:
        """A grid that holds others divided."""
        row = self.grid(net, Tier.GROUP, Tier.BRANCH, Tier.SUB)
        return SplitGrid(row.code, self.across(net.outline(row.code)), cut=self.rng.random() < 0.5)

    def merge(self, net: Net) -> Move:
        """A grid with siblings of its tier, or with a stranger."""
        row = self.grid(net)
        siblings = [] if row.parent is None else [one for one in net.children(row.parent) if one.tier is row.tier]
        codes = [one.code for one in self.rng.sample(siblings, min(len(siblings), self.rng.randint(2, 3)))]
        codes = list(dict.fromkeys([row.code, *codes]))
        return Merge(tuple(codes), self.rng.choice(codes))

    def reshape(self, net: Net) -> Move:
        """A border of any tier, with or without a partner."""
        row = self.grid(net, self.rng.choice([Tier.MICRO, Tier.MICRO, Tier.SPECIAL, Tier.GROUP, Tier.BRANCH, Tier.SUB]))
        partner = None
        if self.rng.random() < 0.4 and row.parent is not None:
            others = [one.code for one in net.children(row.parent) if one.tier is row.tier and one != row]
            partner = self.rng.choice(others) if others else None
        return Reshape(row.code, self.beside(net.outline(row.code)), partner, snap_m=self.snap_m())

    def _region(self, net: Net) -> tuple[Row, Line]:
        """A ring in or around a leaf."""
        row = self.leaf(net)
        on = self.rng.choice([shapely.point_on_surface(row.own), shapely.points(shapely.get_coordinates(row.own)[0])])
        return row, self.round(on, math.sqrt(row.own.area) * self.rng.uniform(0.1, 0.9))

    def paint(self, net: Net) -> Move:
        """Ground given to a leaf nearby."""
        row, region = self._region(net)
        near = net.near(np.array([row.own], dtype=object))
        return Paint(region, self.rng.choice(near).code, absorb=self.rng.random() < 0.5)

    def carve(self, net: Net) -> Move:
        """A new special grid, or a new micro grid."""
        row, region = self._region(net)
        tier = self.rng.choice([Tier.SPECIAL, row.tier])
        return Carve(region, row.parent or "", tier, absorb=self.rng.random() < 0.5, snap_m=self.snap_m())

    def transfer(self, net: Net) -> Move:
        """A grid to another parent, which may hold it or not."""
        row = self.grid(net, Tier.MICRO, Tier.SPECIAL, Tier.GROUP, Tier.SUB)
        near = net.near(np.array([shapely.boundary(net.outline(row.code))], dtype=object))
        above = [up for one in near for up in net.ancestors(one.code)]
        fitting = [up.code for up in above if may_hold(up.tier, row.tier)] or [row.code]
        return Transfer(row.code, self.rng.choice(sorted(set(fitting))))

    def dissolve(self, net: Net) -> Move:
        """A grid dissolved into the closest sibling, or into its parent."""
        row = self.grid(net)
        return Dissolve(row.code, self.rng.choice([None, None, row.parent]))

    def _on_the_outline(self, net: Net) -> tuple[Row, shapely.Geometry]:
        """A place on the county's outline, and a leaf that is there."""
        outline = net.outline(COUNTY)
        at = shapely.get_coordinates(outline)
        place = shapely.Point(at[self.rng.randrange(len(at))])
        rows = [row for row in net.near(np.array([place], dtype=object), 0.01) if row.tier.is_leaf]
        return (self.rng.choice(rows) if rows else self.leaf(net)), place

    def extend(self, net: Net) -> Move:
        """A ring over the outline, its outer part for the county."""
        row, place = self._on_the_outline(net)
        return Extend(row.code, self.round(place, self.rng.uniform(20, 300)))

    def shrink(self, net: Net) -> Move:
        """A ring over the outline, its inner part out of the county."""
        _, place = self._on_the_outline(net)
        return Shrink(self.round(place, self.rng.uniform(20, 200)))

    def rename(self, net: Net) -> Move:
        """A grid by another name."""
        return Rename(self.grid(net).code, f"格{self.rng.randint(1, 999)}")
