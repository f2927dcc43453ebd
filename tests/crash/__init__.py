"""Tests that kill whatever takes part in a change, again and again."""
