"""Which faces hang together across some of their borders."""

from __future__ import annotations

import numpy as np

from geo_grid.partition.lattice import Integers


def pieces(count: int, left: Integers, right: Integers) -> Integers:
    """The number of the piece (count,) that each of `count` faces belongs to, joined by pairs of `left` and `right`."""
    # Loaded here: it takes half a second from the start of every program, and few mend drawings.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
