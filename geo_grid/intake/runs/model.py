"""The values of import runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo_grid.errors import Refused
from geo_grid.intake.choices import Choices


class LoadedAlready(Refused):
    """The run was loaded, or given up: it cannot be changed any more."""

    def __init__(self) -> None:
        self.says = "this import is closed: start a new one to bring files in again"
        super().__init__(self.says)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a run: `name` as people know it, `stored` as it lies in the run's folder, its size in bytes."""

    name: str
    stored: str
    size: int

    def to_json(self) -> dict[str, object]:
        """The file as plain values."""
        return {"name": self.name, "stored": self.stored, "size": self.size}


@dataclass(frozen=True, slots=True)
class Run:
    """An import run as it stands.

    `sighting` is what was found in the files, `outlines` its layers drawn in lon/lat, `verdict` what a rehearsal of the
    load said (findings, difference), `estimate` what it will say, nearly, `report` what the load did. What a later step
    said is gone once an earlier one changes. `changeset_id` and `undo_id` are the change sets that loaded and undid it.
    """

    id: int
    actor: str
    created_at: datetime
    changed_at: datetime
    dropped: bool
    files: tuple[UploadedFile, ...]
    choices: Choices
    sighting: Mapping[str, Any] | None
    verdict: Mapping[str, Any] | None
    report: Mapping[str, Any] | None
    accepted: tuple[str, ...]
    rules: Mapping[str, Any]
    retiring: tuple[str, ...]
    job_id: int | None
    changeset_id: int | None
    undo_id: int | None
    estimate: Mapping[str, Any] | None = None

    @property
    def state(self) -> str:
        """open, loaded, unchanged (nothing was new), undone or dropped."""
        if self.undo_id is not None:
            return "undone"
        if self.changeset_id is not None:
            return "loaded"
        if self.dropped:
            return "dropped"
        return "unchanged" if self.report is not None else "open"

    @property
    def is_open(self) -> bool:
        """Whether it can still be changed."""
        return self.state == "open"

    @property
    def title(self) -> str:
        """The names of its files."""
        return "、".join(file.name for file in self.files)

    def demand_open(self) -> None:
        """Nothing when it can be changed; else raises `LoadedAlready`."""
        if not self.is_open:
            raise LoadedAlready

    def to_json(self) -> dict[str, object]:
        """The run as plain values."""
        return {
            "id": self.id,
            "actor": self.actor,
            "created_at": self.created_at.isoformat(),
            "state": self.state,
            "files": [{"name": one.name, "stored": one.stored, "size": one.size} for one in self.files],
            "choices": self.choices.to_json(),
            "accepted": list(self.accepted),
            "rules": dict(self.rules),
            "retiring": list(self.retiring),
            "sighting": self.sighting,
            "estimate": self.estimate,
            "verdict": self.verdict,
            "report": self.report,
            "job": self.job_id,
            "changeset": self.changeset_id,
            "undo": self.undo_id,
        }


def files_of_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[UploadedFile, ...]:
    """Files of plain values."""
    return tuple(UploadedFile(str(row["name"]), str(row["stored"]), int(row["size"])) for row in rows)


def load_key(run_id: int) -> str:
    """The idempotency key under which a run is loaded: once."""
    return f"import run {run_id}"
