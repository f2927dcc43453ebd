"""Tests of the synthetic county."""
