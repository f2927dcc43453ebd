"""The rows of weights, and what the formula needs of leaves."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geo_grid.vocabulary import LoadTerm
from geo_grid.workload.facts import LeafFacts
from geo_grid.workload.weights import Weights

_FACTS = """
WITH leaves AS (
    SELECT g.code, v.own FROM geo_grid.grid_versions v
      JOIN geo_grid.tiers t ON t.code = v.tier AND t.is_leaf
      JOIN geo_grid.grids g ON g.id = v.grid_id
     WHERE upper_inf(v.valid) AND v.own IS NOT NULL
), touching AS (
    SELECT l.code, r.kind, count(*) AS sites
      FROM geo_grid.risk_sites r JOIN leaves l ON l.own && r.geom AND ST_Intersects(l.own, r.geom)
     GROUP BY l.code, r.kind
)
SELECT l.code, ST_Area(l.own), t.kind, t.sites
  FROM leaves l LEFT JOIN touching t ON t.code = l.code
 ORDER BY l.code, t.kind
"""


def read_weights(conn: Connection) -> Weights:
    """The county's weights."""
    rows = conn.execute(text("SELECT term, weight FROM geo_grid.workload_weights ORDER BY term"))
    return Weights({LoadTerm[term]: float(weight) for term, weight in rows if term in LoadTerm.__members__})


def change_weights(conn: Connection, weights: Weights) -> None:
    """Give the formula other weights."""
    query = text(
        "UPDATE geo_grid.workload_weights SET weight = :weight, changed_at = clock_timestamp()"
        " WHERE term = :term AND weight <> :weight"
    )
    for term, weight in weights.of.items():
        conn.execute(query, {"term": term.code, "weight": weight})


def weights_mark(conn: Connection) -> str:
    """A text that changes whenever a weight or the day does."""
    query = text("SELECT concat_ws('/', max(changed_at), current_date) FROM geo_grid.workload_weights")
    return str(conn.execute(query).scalar_one())


def read_leaf_facts(conn: Connection) -> dict[str, LeafFacts]:
    """The ground and the risk sites of every leaf, by code."""
    found: dict[str, LeafFacts] = {}
    for code, area_m2, kind, sites in conn.execute(text(_FACTS)):
        known = found.get(code)
        here = {**(known.sites if known else {}), **({kind: int(sites)} if kind else {})}
        found[code] = LeafFacts(float(area_m2), here)
    return found
