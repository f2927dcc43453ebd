"""Changes written into the net: ground, parents, households, posts and lineage, in the caller's transaction."""

from geo_grid.redraw.applying.store import take_back_posts
from geo_grid.redraw.applying.undo import LaterChanges, changes_of, check_undo, latest_writers
from geo_grid.redraw.applying.write import Written, families_of, lock_grids, write_changes

__all__ = [
    "LaterChanges",
    "Written",
    "changes_of",
    "check_undo",
    "families_of",
    "latest_writers",
    "lock_grids",
    "take_back_posts",
    "write_changes",
]
