"""The net through time: the map as of a day, a grid's shapes, what went into what."""

from geo_grid.redraw.past.reading import (
    GridMoment,
    Lineage,
    LineageStep,
    Stay,
    history_of,
    household_path,
    lineage_of,
    map_on,
)

__all__ = [
    "GridMoment",
    "Lineage",
    "LineageStep",
    "Stay",
    "history_of",
    "household_path",
    "lineage_of",
    "map_on",
]
