"""Who asks, and what they may."""

from geo_grid.access.model import Actor

__all__ = ["Actor"]
