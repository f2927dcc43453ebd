"""The list of drafts in its sections: each draft stands in the first that takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from geo_grid.access import Actor
from geo_grid.redraw import ENDED_STAGES, Draft, Stage

BEFORE_US = frozenset({Stage.SUBMITTED, Stage.FIELD_CHECKED})


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its drafts."""

    name: str
    title: Any
    drafts: tuple[Draft, ...]


def sections(drafts: Iterable[Draft], reader: Actor) -> list[Section]:
    """The sections that hold a draft, in their order."""
    tests: list[tuple[str, Any, Callable[[Draft], bool]]] = [
        ("waiting", lazy_gettext("Waiting for me"), lambda one: waits_for(one, reader)),
        ("mine", lazy_gettext("Mine"), lambda one: one.author == reader.username and one.stage not in ENDED_STAGES),
        ("shared", lazy_gettext("Of others"), lambda one: one.stage not in ENDED_STAGES),
        ("done", lazy_gettext("Done"), lambda _one: True),
    ]
    held: dict[str, list[Draft]] = {name: [] for name, _, _ in tests}
    for draft in drafts:
        held[next(name for name, _, takes in tests if takes(draft))].append(draft)
    return [Section(name, title, tuple(held[name])) for name, title, _ in tests if held[name]]


def waits_for(draft: Draft, reader: Actor) -> bool:
    """Whether the reader is asked to decide: it was handed in by somebody else, or is approved and can be applied."""
    if draft.stage in BEFORE_US:
        return draft.author != reader.username
    return draft.stage is Stage.APPROVED
