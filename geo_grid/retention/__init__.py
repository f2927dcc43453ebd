"""What is kept for how long, what goes then, and what is held about a person."""

from geo_grid.retention.keeping import Due, due, forget_due, keep_forgetting
from geo_grid.retention.people import Held, Nobody, StillServing, Whom, find_phone, forget_person, held_about

__all__ = [
    "Due",
    "Held",
    "Nobody",
    "StillServing",
    "Whom",
    "due",
    "find_phone",
    "forget_due",
    "forget_person",
    "held_about",
    "keep_forgetting",
]
