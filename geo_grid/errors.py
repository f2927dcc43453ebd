"""The four kinds of error, named by what the caller can do about them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Self


class GeoGridError(Exception):
    """A request that could not be met; its text is one sentence that says what to do.

    `says` is that sentence with %(places) for `said_with`, for pages in other languages; '' where nobody put it so.
    """

    exit_code = 1
    says: str = ""
    said_with: Mapping[str, str | int | float] = MappingProxyType({})

    @classmethod
    def of(cls, says: str, /, **facts: str | int | float) -> Self:
        """The error whose text is `says` with its `facts` put in."""
        error = cls(says % facts if facts else says)
        error.says, error.said_with = says, facts
        return error


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
