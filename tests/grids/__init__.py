"""Tests of grid codes and tiers."""
