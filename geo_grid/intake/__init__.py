"""From files to the net: read, name the fields, check, plan, load."""

from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.load import load
from geo_grid.intake.look import look
from geo_grid.intake.plan import Plan, plan
from geo_grid.intake.read import Options, read
from geo_grid.intake.report import ImportReport, NotClean, Tally, findings_text
from geo_grid.intake.sighting import EncodingGuess, FieldSeen, FileRefused, LayerSeen, Reading, Sighting
from geo_grid.intake.watch import Progress

__all__ = [
    "EncodingGuess",
    "FieldSeen",
    "FileRefused",
    "ImportReport",
    "Layer",
    "LayerSeen",
    "NotClean",
    "Options",
    "Plan",
    "Progress",
    "Reading",
    "Sighting",
    "Tally",
    "Unreadable",
    "findings_text",
    "load",
    "look",
    "plan",
    "read",
]
