"""Grids against one another: overlaps, gaps between them, and children that reach out of their parents."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geo_grid.checks.finding import Fact, Finding
from geo_grid.intake.validate.drawn import Drawn
from geo_grid.intake.validate.touched import Households, on_ground
from geo_grid.partition.faults import Overlaps, Pieces, nest_faults, peer_faults, widths
from geo_grid.partition.lattice import Geometries, Integers
from geo_grid.vocabulary import LEAF_TIERS, Tier

#: A gap narrower than this is a slit between two lines that were meant to be one.
SLIT_M = 2.0
#: A hole with less ground than this share of a middling grid is a hole; a wider one is ground of its own.
HOLE_SHARE = 0.05


def ground_faults(drawn: Drawn, parent: Integers, households: Households) -> list[Finding]:
    """Every overlap, gap and overhang; what lies between standing grids alone is left out."""
    shapes = drawn.shapes
    peers = np.array([_peer(tier, level) for tier, level in zip(drawn.tiers, drawn.level.tolist(), strict=True)])
    orphan = parent < 0
    among_peers, gaps = peer_faults(shapes, peers)
    in_families, outside, uncovered = nest_faults(shapes, parent)
    pairs = _once(drawn, [among_peers, in_families])
    findings = list(_overlaps(drawn, pairs, households))
    told = np.isin(gaps.of, np.unique(peers[orphan]))
    findings += _gaps(drawn, Pieces(gaps.of[told], gaps.ground[told]), peers, households)
    findings += _outside(drawn, outside, parent, households)
    findings += _uncovered(drawn, uncovered, parent, households)
    return findings


def _peer(tier: Tier | None, level: int) -> int:
    """The number of the group in which no two grids may overlap: a level, the two leaf tiers being one."""
    return Tier.MICRO.rank if tier in LEAF_TIERS else level


def _once(drawn: Drawn, several: list[Overlaps]) -> Overlaps:
    """The pairs of all, each once, that hold a grid of the files."""
    seen: set[tuple[int, int]] = set()
    left, right, ground = [], [], []
    for overlaps in several:
        for one, other, shared in zip(overlaps.left.tolist(), overlaps.right.tolist(), overlaps.ground, strict=True):
            if (one, other) not in seen and max(drawn.source[one], drawn.source[other]) >= 0:
                seen.add((one, other))
                left.append(one)
                right.append(other)
                ground.append(shared)
    shapes = np.empty(len(ground), dtype=object)
    shapes[:] = ground
    return Overlaps(np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), shapes)


def _overlaps(drawn: Drawn, pairs: Overlaps, households: Households) -> Iterator[Finding]:
    """A finding for each pair of grids that claim the same ground; copies are told as copies."""
    area = shapely.area(drawn.shapes)
    counts = households.within(pairs.ground).tolist()
    for one, other, ground, count in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.ground, counts, strict=True):
        if shapely.area(ground) >= max(area[one], area[other]):
            continue
        row = one if drawn.source[one] >= 0 else other
        facts = {"one": drawn.called(one), "other": drawn.called(other)}
        yield on_ground("overlap", drawn.place(row), ground, facts=facts, households=count, row=drawn.number[row])


def _gaps(drawn: Drawn, gaps: Pieces, peers: Integers, households: Households) -> Iterator[Finding]:
    """A finding for each gap that grids without a parent enclose."""
    for peer in np.unique(gaps.of).tolist():
        middling = float(np.median(shapely.area(drawn.shapes[peers == peer])))
        yield from _holes(gaps.ground[gaps.of == peer], drawn, "the layer", middling, households)


def _holes(
    ground: Geometries, drawn: Drawn, parent: str, middling: float, households: Households, where: str = ""
) -> Iterator[Finding]:
    """A finding for each gap by its form: a slit, a compact hole, or ground wide enough to be meant."""
    width, area = widths(ground), shapely.area(ground)
    for piece, wide, size, count in zip(ground, width, area, households.within(ground), strict=True):
        rule = "gap" if wide < SLIT_M else "gap_hole" if size < HOLE_SHARE * middling else "gap_wide"
        severity = "error" if rule == "gap" else "warning"
        yield on_ground(
            rule,
            where or _beside(drawn, piece),
            piece,
            facts={"parent": parent},
            households=int(count),
            severity=severity,  # type: ignore[arg-type]
        )


def _beside(drawn: Drawn, piece: object) -> str:
    """The place of one grid beside a gap."""
    near = drawn.tree.query(piece, predicate="intersects")
    ours = [int(row) for row in near if drawn.source[row] >= 0]
    return drawn.place(min(ours)) if ours else "county"


def _outside(drawn: Drawn, outside: Pieces, parent: Integers, households: Households) -> Iterator[Finding]:
    """A finding for each child with ground outside its parent, all such ground together."""
    rows = np.array([row for row in np.unique(outside.of).tolist() if _ours(drawn, row, parent)], dtype=np.int64)
    ground = _united(outside, rows)
    for row, piece, count in zip(rows.tolist(), ground, households.within(ground), strict=True):
        facts: dict[str, Fact] = {
            "child": drawn.called(row),
            "parent": drawn.called(int(parent[row])),
            "share": 100 * float(shapely.area(piece) / shapely.area(drawn.shapes[row])),
        }
        yield on_ground(
            "outside_parent", drawn.place(row), piece, facts=facts, households=int(count), row=drawn.number[row]
        )


def _ours(drawn: Drawn, row: int, parent: Integers) -> bool:
    """Whether a grid or its parent comes from the files."""
    return bool(max(drawn.source[row], drawn.source[parent[row]]) >= 0)


def _united(pieces: Pieces, rows: Integers) -> Geometries:
    """All pieces of each row as one geometry."""
    order = np.argsort(pieces.of, kind="stable")
    first = np.searchsorted(pieces.of[order], rows)
    last = np.searchsorted(pieces.of[order], rows, side="right")
    found = np.empty(len(rows), dtype=object)
    found[:] = [
        shapely.multipolygons(shapely.get_parts(pieces.ground[order[start:end]]))
        for start, end in zip(first.tolist(), last.tolist(), strict=True)
    ]
    return found


def _uncovered(drawn: Drawn, uncovered: Pieces, parent: Integers, households: Households) -> Iterator[Finding]:
    """Findings for the ground of parents that no child covers: each slit and hole, and what is wide of each parent."""
    touched = set(parent[drawn.source >= 0].tolist()) | set(np.flatnonzero(drawn.source >= 0).tolist())
    for head in np.unique(uncovered.of).tolist():
        if head not in touched:
            continue
        ground = uncovered.ground[uncovered.of == head]
        middling = float(np.median(shapely.area(drawn.shapes[parent == head])))
        wide = (widths(ground) >= SLIT_M) & (shapely.area(ground) >= HOLE_SHARE * middling)
        called = drawn.called(head)
        yield from _holes(ground[~wide], drawn, called, middling, households, drawn.place(head))
        if wide.any():
            rest = shapely.multipolygons(ground[wide])
            yield on_ground(
                "remainder",
                drawn.place(head),
                rest,
                facts={"parent": called, "share": 100 * float(rest.area / drawn.shapes[head].area)},
                households=int(households.within(np.array([rest], dtype=object))[0]),
                row=drawn.number[head],
                severity="warning",
            )
