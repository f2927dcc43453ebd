"""An import taken back: a new change set that restores what stood before it."""

from geo_grid.intake.undo.undo import AlreadyUndone, InTheWay, Undone, undo_import

__all__ = ["AlreadyUndone", "InTheWay", "Undone", "undo_import"]
