"""Every fault of the files that somebody wants to import, as findings."""

from geo_grid.intake.validate.gather import gather
from geo_grid.intake.validate.validate import validate

__all__ = ["gather", "validate"]
