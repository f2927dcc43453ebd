"""The four kinds of error, named by what the caller can do about them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self


def _plain(facts: Mapping[str, object]) -> dict[str, str | int | float]:
    """Facts as they can be written down: numbers as they are, all others as text."""
    return {name: fact if isinstance(fact, int | float) else str(fact) for name, fact in facts.items()}


class GeoGridError(Exception):
    """A request that could not be met; its text is one sentence that says what to do.

    `says` is that sentence with %(places) for `said_with`, for pages in other languages; '' where nobody put it so.
    """

    exit_code = 1
    says: str = ""
    said_with: Mapping[str, str | int | float] = MappingProxyType({})

    @classmethod
    def of(cls, says: str, /, **facts: object) -> Self:
        """The error whose text is `says` with its `facts` put in."""
        error = cls(says % facts if facts else says)
        error.says, error.said_with = says, _plain(facts)
        return error

    def say(self, says: str, /, **facts: object) -> None:
        """Take `says` with its `facts` put in as the text; for the errors that are made of values."""
        self.says, self.said_with = says, _plain(facts)
        Exception.__init__(self, says % facts if facts else says)


class BadInput(GeoGridError):
    """What was given is not usable: mend it and try again."""

    exit_code = 2


class NotFound(GeoGridError):
    """What was named does not exist: name another one."""

    exit_code = 3


class Refused(GeoGridError):
    """What was asked would break a rule: ask for something else."""

    exit_code = 4


class Stale(GeoGridError):
    """What was changed has changed meanwhile: look again and repeat."""

    exit_code = 5


class Unavailable(GeoGridError):
    """Something the program stands on is missing or down: mend the machine, then repeat."""

    exit_code = 6


class BeyondScope(Refused):
    """Something that lies outside the asker's part of the county as well, so that a part's role cannot change it."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.say(
            "%(what)s lies outside your part of the county as well: "
            "ask somebody whose role is for the whole county to change it",
            what=what,
        )
