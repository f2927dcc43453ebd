"""Tests of people's phones."""
