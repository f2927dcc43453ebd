"""Tests of inspections, visits and hazard zones."""
