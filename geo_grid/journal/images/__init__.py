"""The images that a change set left in the histories: what came later, and the rows put back as they were."""

from geo_grid.journal.images.store import NOUNS, changed_later, counts_of, put_back, take_away

__all__ = ["NOUNS", "changed_later", "counts_of", "put_back", "take_away"]
