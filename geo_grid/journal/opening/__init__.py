"""Opening the change set of a transaction: its one row, written before anything else."""

from geo_grid.journal.opening.store import open_row

__all__ = ["open_row"]
