"""The command line `geo-grid`: one file per command group."""

from geo_grid.cli.app import main

__all__ = ["main"]
