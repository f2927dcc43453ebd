"""The values of access: who asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for something: `username` is written into the journal, `name` is shown."""

    username: str
    name: str

    @classmethod
    def system(cls, program: str) -> Actor:
        """The actor of a command or a job that nobody signed in for."""
        return cls(program, program)
