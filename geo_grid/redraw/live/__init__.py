"""The net in the database as the source that moves are run on: only what a move asks for is read."""

from geo_grid.redraw.live.source import LiveSource

__all__ = ["LiveSource"]
