"""Measurements against peers, run in turn in one session: quote their ratios, not their seconds."""
