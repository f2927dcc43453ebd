"""In which order an import reads its files: those named after a tier first, the others while the grids are written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geo_grid.intake.grid_rows import tier_of_name
from geo_grid.intake.layer import Layer
from geo_grid.intake.read import Options, Reader, files_of, read
from geo_grid.intake.watch import Watch


class Unhurried(Exception):
    """What was begun early was begun too early: everything has to be read and planned before anything is written."""


class Files:
    """The layers of all files, each file read once, by `reader` as for `read`."""

    def __init__(self, paths: Sequence[Path], options: Options, watch: Watch, reader: Reader | None) -> None:
        self._options, self._watch, self._reader = options, watch, reader
        self._files = [file for path in paths for file in files_of(path)]
        self._layers: dict[Path, list[Layer]] = {}
        # A field or repair that somebody named may be in any file; what is missing is known when all are read.
        self.hurried = not options.fields and not options.repairs.accepted and not options.retiring

    @property
    def names(self) -> str:
        """The files' names."""
        return ", ".join(sorted({file.name for file in self._files}))

    def first(self) -> list[Layer]:
        """The layers to begin with: all of them, unless there is hurry and some files are named after a tier."""
        return self._read(self._named() or self._files)

    def later(self) -> list[Layer]:
        """The other layers."""
        named = self._named() or self._files
        return self._read([file for file in self._files if file not in named])

    def _named(self) -> list[Path]:
        """The files named after a tier, when there is hurry."""
        return [file for file in self._files if self.hurried and tier_of_name(file.stem) is not None]

    def _read(self, files: Sequence[Path]) -> list[Layer]:
        """The layers of the files, in their order."""
        with self._watch("reading files"):
            for file in files:
                if file not in self._layers:
                    self._layers[file] = read([file], self._options, self._reader)
        return [layer for file in files for layer in self._layers[file]]
