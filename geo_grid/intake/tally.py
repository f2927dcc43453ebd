"""How many rows of a noun an import adds, changes, leaves or retires."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a noun are new, changed, or as they were; how many things that stand are retired."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.new or self.changed or self.retired)


NOTHING = Tally()
