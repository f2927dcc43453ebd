"""Drafts of redraws: kept moves, their stages, and their way into force."""
