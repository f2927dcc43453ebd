"""Tests of the invariants and coverage rules."""
