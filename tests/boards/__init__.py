"""Boards: what stands on them, and how many of them are printed."""
