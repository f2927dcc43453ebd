"""The county's outline, made anew from its total grids."""

from __future__ import annotations

import numpy as np
import shapely
from sqlalchemy import Connection

from geo_grid.grids.store import clear_outline, county_srid, total_grounds, write_outline
from geo_grid.partition import outline


def restore_outline(conn: Connection) -> None:
    """Write the county's outline as the total grids make it now; none when no grid stands."""
    totals = total_grounds(conn)
    if not totals:
        clear_outline(conn)
        return
    region, _ = outline(np.array(shapely.from_wkb(totals), dtype=object))
    write_outline(conn, shapely.to_wkb(region[0]), srid=county_srid(conn))
