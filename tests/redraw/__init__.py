"""Tests of redraws."""
