"""Retiring: what the files of a whole noun no longer hold, told with whom it touches, and taken out when asked."""

from geo_grid.intake.retire.choice import RETIRABLE, Retiring
from geo_grid.intake.retire.missing import Gone, Missing, Taker

__all__ = ["RETIRABLE", "Gone", "Missing", "Retiring", "Taker"]
