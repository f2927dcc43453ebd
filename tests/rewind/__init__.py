"""Tests of former states brought back."""
