"""Cleaning: layers drawn on their own made one partition by stated rules, every repair seen before it is done."""

from geo_grid.intake.clean.clean import clean_rows
from geo_grid.intake.clean.repair import KINDS, Balance, Cleaning, Repair
from geo_grid.intake.clean.rules import ALL, CleaningRules, NamedRules, NoSuchRules
from geo_grid.intake.clean.store import forget_rules, rules_named, save_rules, saved_rules

__all__ = [
    "ALL",
    "KINDS",
    "Balance",
    "Cleaning",
    "CleaningRules",
    "NamedRules",
    "NoSuchRules",
    "Repair",
    "clean_rows",
    "forget_rules",
    "rules_named",
    "save_rules",
    "saved_rules",
]
