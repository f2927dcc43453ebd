"""Redraws: moves of grids' borders, drafts of them, what they would change, and their way into force."""
