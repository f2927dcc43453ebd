"""Invariants and coverage rules over a county."""
