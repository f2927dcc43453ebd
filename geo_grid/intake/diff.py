"""What an import does to what stands, noun by noun: new, changed, gone and as it was, with codes to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from geo_grid.grids import GridVersion, Net
from geo_grid.intake.digest import digest
from geo_grid.intake.grid_rows import GridRow
from geo_grid.intake.household_plan import Moves
from geo_grid.intake.retire import Gone
from geo_grid.intake.staff_plan import StaffPlan
from geo_grid.staffing import Staff

#: Codes shown of each kind of change; all are counted.
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Changed:
    """A thing of a code that an import changes: `what` of it changes, in words of ours (name, parent, ground, …)."""

    code: str
    what: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The change as plain values."""
        return {"code": self.code, "what": list(self.what)}


@dataclass(frozen=True, slots=True)
class NounDiff:
    """What becomes of one noun.

    `gone` are those that stand and are missing in the files; they stay unless somebody retires them, `missing` tells
    each with whom it touches. `renamed` are (old code, new code) of grids that come under another code with the very
    same shape.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    new_codes: Sequence[str] = ()
    changes: Sequence[Changed] = ()
    gone_codes: Sequence[str] = ()
    renamed: Sequence[tuple[str, str]] = ()
    missing: Gone = field(default_factory=Gone)

    def to_json(self) -> dict[str, object]:
        """The difference as plain values, lists cut to what is shown."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "gone": self.gone,
            "new_codes": list(self.new_codes[:MOST_SHOWN]),
            "changes": [one.to_json() for one in self.changes[:MOST_SHOWN]],
            "gone_codes": list(self.gone_codes[:MOST_SHOWN]),
            "renamed": [list(pair) for pair in self.renamed[:MOST_SHOWN]],
            "missing": self.missing.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Diff:
    """What an import does to the county: `moves` counts standing households by (from grid, to grid)."""

    nouns: Mapping[str, NounDiff] = field(default_factory=dict)
    moves: Sequence[tuple[str, str, int]] = ()
    moved: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        changed = (one.new or one.changed or one.renamed or one.missing.retired for one in self.nouns.values())
        return not self.moved and not any(changed)

    def to_json(self) -> dict[str, object]:
        """The difference as plain values."""
        return {
            "nouns": {noun: one.to_json() for noun, one in self.nouns.items()},
            "moves": [list(one) for one in self.moves[:MOST_SHOWN]],
            "moved": self.moved,
            "empty": self.is_empty,
        }


def grid_diff(
    rows: Sequence[GridRow], net: Net, versions: Sequence[GridVersion], renamed: Sequence[tuple[str, str]]
) -> NounDiff:
    """What becomes of grids; `net` is what stands, after the renaming."""
    given = {row.code: row for row in rows}
    tiers = {row.tier for row in rows}
    written = [version for version in versions if version.code in given]
    new = [version.code for version in written if version.code not in net.grids]
    # A parent whose own remainder alone changes is written too, and is no change of the row's.
    compared = [_grid_change(version, net, given) for version in written if version.code in net.grids]
    changes = [change for change in compared if change.what]
    gone = sorted(code for code, grid in net.grids.items() if grid.tier in tiers and code not in given)
    unchanged = len(given) - len(new) - len(changes)
    return NounDiff(len(new), len(changes), unchanged, len(gone), new, changes, gone, renamed)


def _grid_change(version: GridVersion, net: Net, given: Mapping[str, GridRow]) -> Changed:
    """What changes of a standing grid."""
    old, row = net.grids[version.code], given[version.code]
    what = {
        "name": version.name != old.name,
        "parent": (version.parent or "") != (old.parent or ""),
        "ground": digest(row.geom) != old.shape,
    }
    return Changed(version.code, tuple(word for word, differs in what.items() if differs))


def same_shapes(rows: Sequence[GridRow], net: Net) -> list[tuple[str, str]]:
    """Standing grids that the rows hold under another code: (old, new); only where there is no doubt about either."""
    given = {row.code for row in rows}
    fresh = [row for row in rows if row.code and row.code not in net.grids and row.code not in net.codes_given]
    if not fresh:
        return []
    left = [grid for code, grid in net.grids.items() if code not in given]
    if not left:
        return []
    shapes = Counter((grid.tier, grid.shape) for grid in left)
    standing = {(grid.tier, grid.shape): grid.code for grid in left if shapes[grid.tier, grid.shape] == 1}
    wanted = [(row.code, (row.tier, digest(row.geom))) for row in fresh]
    counts = Counter(shape for _, shape in wanted)
    return [(standing[shape], code) for code, shape in wanted if shape in standing and counts[shape] == 1]


def staff_diff(planned: StaffPlan, standing: Staff, given: Collection[str]) -> dict[str, NounDiff]:
    """What becomes of workers and posts; workers who are missing in the files stay."""
    workers, posts = planned.workers, planned.posts
    written = planned.staff.workers
    new = [code for code in written if code not in standing.workers]
    changes = [Changed(code) for code in written if code in standing.workers]
    gone = sorted(set(standing.workers) - set(given))
    lines = [f"{one.post.grid} {one.post.role.code} {one.worker}" for one in planned.staff.assignments]
    return {
        "workers": NounDiff(workers.new, workers.changed, workers.unchanged, len(gone), new, changes, gone),
        "posts": NounDiff(posts.new, posts.changed, posts.unchanged, 0, lines),
    }


def moved_between(moves: Moves) -> list[tuple[str, str, int]]:
    """How many standing households go from which grid to which, most first."""
    counts = Counter(zip(moves.before, moves.grids, strict=True))
    return [(old, new, count) for (old, new), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
