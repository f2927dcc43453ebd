"""The digest of a shape's bytes, equal to the one the database computes."""

from __future__ import annotations

from hashlib import md5

import shapely


def digest(geom: object) -> str:
    """The MD5 of the WKB, '' for None; it tells versions apart, it guards nothing."""
    return "" if geom is None else md5(shapely.to_wkb(geom), usedforsecurity=False).hexdigest()
