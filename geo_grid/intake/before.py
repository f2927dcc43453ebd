"""What stood in the county before an import wrote anything, each part read once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from geo_grid.grids import Net, read_cells, read_codes, read_net, read_outline
from geo_grid.households import any_households
from geo_grid.intake.fields import Noun
from geo_grid.intake.household_plan import Cells
from geo_grid.staffing import Staff, read_staff, read_worker_codes


class Before:
    """The county as it was; a part that nobody asks for is not read.

    `free` gives the connection once nobody else uses it.
    """

    def __init__(self, free: Callable[[], Connection]) -> None:
        self._free = free

    def read_for(self, nouns: Collection[Noun]) -> None:
        """Read all that planning these nouns asks for, as the connection will have other work."""
        _ = self.staff if Noun.WORKERS in nouns else self.worker_codes
        _ = self.cells, self.has_households, self.outline

    @cached_property
    def net(self) -> Net:
        """All grids, without their ground."""
        return read_net(self._free())

    @cached_property
    def outline(self) -> Any:
        """The county's outline, None before there is one."""
        return read_outline(self._free())

    @cached_property
    def codes(self) -> set[str]:
        """The codes of all grids."""
        return read_codes(self._free())

    @cached_property
    def cells(self) -> Cells:
        """All ground that grids own themselves."""
        return Cells(*read_cells(self._free()))

    @cached_property
    def staff(self) -> Staff:
        """Everybody and every post."""
        return read_staff(self._free())

    @cached_property
    def worker_codes(self) -> set[str]:
        """The code of everybody."""
        return read_worker_codes(self._free())

    @cached_property
    def has_households(self) -> bool:
        """Whether there is any household."""
        return any_households(self._free())
