"""The step of an import that repairs: whether files need it, what it would do, and the findings that say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.checks.finding import Finding, errors_in
from geo_grid.intake.clean.clean import clean_rows
from geo_grid.intake.clean.repair import Cleaning
from geo_grid.intake.clean.rules import CleaningRules
from geo_grid.intake.fields import Noun, field_map, values
from geo_grid.intake.grid_rows import GridRow, drawn_rows
from geo_grid.intake.layer import Layer
from geo_grid.intake.standing import Standing, standing_county
from geo_grid.partition import nest
from geo_grid.partition.chain import TooWide
from geo_grid.partition.lattice import Floats, Geometries, Integers
from geo_grid.vocabulary import Tier

#: The rules whose faults cleaning can mend.
CURABLE = frozenset(
    {"geometry_invalid", "overlap", "outside_parent", "borders_unmatched", "gap", "more", "parent_missing"}
)

#: An outline of 200,000 vertices, 6 mm apart, took half a minute to clean; the longest of the real sets has 11,714.
MOST_VERTICES = 100_000
#: Families that are looked at before all of them.
_LOOKED_AT = 10


def curable(findings: Sequence[Finding]) -> bool:
    """Whether something stands in the way, and nothing that cleaning could not mend."""
    faults = errors_in(findings)
    return bool(faults) and all(finding.rule in CURABLE for finding in faults)


def nests_already(rows: Sequence[GridRow]) -> bool:
    """Whether the grids nest exactly as they were drawn, as far as the files alone can tell; quick."""
    place = {row.code: index for index, row in enumerate(rows)}
    parent = np.array([place.get(row.parent, -1) for row in rows], dtype=np.int64)
    shapes = np.array([row.geom for row in rows], dtype=object)
    try:
        return _some_nest(shapes, parent) and bool(nest(shapes, parent).sound.all())
    except TooWide:
        return True


def _some_nest(shapes: Geometries, parent: Integers) -> bool:
    """Whether the families looked at first nest: where each was drawn by itself one tells, and all take seconds."""
    heads = np.unique(parent[parent >= 0])
    for head in heads[np.linspace(0, len(heads) - 1, min(len(heads), _LOOKED_AT)).astype(np.int64)].tolist():
        family = np.append(head, np.flatnonzero(parent == head))
        if not nest(shapes[family], np.where(np.arange(len(family)) > 0, 0, -1)).sound.all():
            return False
    return True


def clean_layers(
    conn: Connection,
    layers: Sequence[Layer],
    doors: Sequence[Layer],
    rules: CleaningRules,
    said: tuple[Mapping[str, str], Tier | None],
    leaving: Collection[str] = (),
) -> Cleaning | None:
    """The grids of layers cleaned among what stands, as `conn` sees it; None when their rows cannot be read or
    an outline has more vertices than any border needs.

    `layers` and the `doors` (households) are in the county's CRS; `said` are the user's fields and tier, `leaving` the
    standing grids that are to be retired.
    """
    rows, findings = drawn_rows(layers, *said)
    if errors_in(findings) or max(shapely.get_num_coordinates([row.geom for row in rows]), default=0) > MOST_VERTICES:
        return None
    standing = standing_county(conn)
    return clean_rows(rows, rules, standing, homes(standing, doors, said[0]), leaving=leaving)


def homes(standing: Standing, doors: Sequence[Layer], chosen: Mapping[str, str]) -> Floats:
    """The places (h, 2) of the households of layers, and of those that stand and are not in them."""
    codes = [values(layer, field_map(layer, Noun.HOUSEHOLDS, chosen), "code") or [] for layer in doors]
    given = {code for texts in codes for code in texts}
    kept = [row for row, code in enumerate(standing.doors.codes) if code not in given]
    return np.concatenate([standing.doors.at[kept], *map(places_of_doors, doors)])


def places_of_doors(layer: Layer) -> Floats:
    """The places (n, 2) of a layer of households."""
    if layer.points is not None:
        return layer.points
    shapes = layer.shapes()
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    return np.asarray(shapely.get_coordinates(shapes[single]), dtype=np.float64)


def told(cleaning: Cleaning) -> list[Finding]:
    """What a cleaning says of itself: what cannot be repaired, and each repair, an error until it is accepted."""
    ordered = sorted(cleaning.repairs, key=lambda repair: repair.accepted)
    return [*cleaning.findings, *(repair.to_finding() for repair in ordered)]
