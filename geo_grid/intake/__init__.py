"""From files to the net: read, name the fields, check, plan, load."""

from geo_grid.intake.crs_guess import CrsCandidate, CrsGuess
from geo_grid.intake.field_map import FieldChoice, FieldGuess, FieldMap
from geo_grid.intake.layer import Layer, Unreadable
from geo_grid.intake.load import load
from geo_grid.intake.look import look
from geo_grid.intake.plan import plan
from geo_grid.intake.planned import Plan
from geo_grid.intake.read import Options, read
from geo_grid.intake.report import ImportReport, NotClean, findings_text
from geo_grid.intake.sighting import EncodingGuess, FieldSeen, FileRefused, LayerSeen, Reading, Sighting
from geo_grid.intake.standing import Standing, standing_county
from geo_grid.intake.tally import Tally
from geo_grid.intake.validate import gather, validate
from geo_grid.intake.watch import Progress

__all__ = [
    "CrsCandidate",
    "CrsGuess",
    "EncodingGuess",
    "FieldChoice",
    "FieldGuess",
    "FieldMap",
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
    "Standing",
    "Tally",
    "Unreadable",
    "findings_text",
    "gather",
    "load",
    "look",
    "plan",
    "read",
    "standing_county",
    "validate",
]
