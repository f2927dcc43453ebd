"""Things that stand and that the files no longer hold, each with whom it touches when it is retired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

#: Things shown one by one; all are counted.
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Taker:
    """A grid of the files that takes ground of one that is missing, with the households on that ground."""

    code: str
    area_m2: float
    households: int


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands and is not in the files.

    `households` lose their grid by it, `posts` end with the `people` in them. `takers` are the grids of the files that
    take its ground, `bare_m2` the ground that none of them takes; `point` lies on that. What is not `within` the extent
    of the files is counted, and told no further unless it is retired.
    """

    code: str
    kind: str
    name: str = ""
    retired: bool = False
    households: int = 0
    posts: int = 0
    people: int = 0
    area_m2: float = 0.0
    takers: tuple[Taker, ...] = ()
    bare_m2: float = 0.0
    point: tuple[float, float] | None = None
    within: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """All that is missing of one noun."""

    things: Sequence[Missing] = ()

    @property
    def retired(self) -> list[Missing]:
        """Those that are retired."""
        return [one for one in self.things if one.retired]

    @property
    def asked(self) -> list[Missing]:
        """Those that are asked about: what lies in the extent of the files, and what is retired elsewhere."""
        return [one for one in self.things if one.within or one.retired]

    def to_json(self) -> dict[str, object]:
        """What is missing as plain values, the list cut to what is shown."""
        asked = self.asked
        return {
            "count": len(self.things),
            "within": len(asked),
            "retired": len(self.retired),
            "households": sum(one.households for one in asked),
            "posts": sum(one.posts for one in asked),
            "people": sum(one.people for one in asked),
            "kinds": _kinds(asked),
            "beyond": _kinds([one for one in self.things if not one.within]),
            "things": [asdict(one) for one in asked[:MOST_SHOWN]],
        }


def _kinds(things: Sequence[Missing]) -> list[dict[str, object]]:
    """How many things of each kind there are, and how many of them are retired."""
    counts, taken = Counter(one.kind for one in things), Counter(one.kind for one in things if one.retired)
    return [{"kind": kind, "count": counts[kind], "retired": taken[kind]} for kind in sorted(counts)]
