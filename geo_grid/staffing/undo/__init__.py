"""Changes of workers, posts and contacts, listed and taken back."""

from geo_grid.staffing.undo.undo import Changed, ChangedSince, NotStaffing, staff_changes, touched_grids, undo_staffing

__all__ = ["Changed", "ChangedSince", "NotStaffing", "staff_changes", "touched_grids", "undo_staffing"]
