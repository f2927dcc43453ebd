"""Whoever reads or writes past the asker's scope stands in a list, with what keeps it from leaking."""

from __future__ import annotations

import ast
from collections import Counter

from tests.house.sources import ROOT

WIDE = {"read_widely", "write_widely", "connect_widely"}
REDRAW = "the draft is looked up in the asker's scope first; the library asks for the right on the ground it changes"
#: How many calls each file has, and why they may.
ALLOWED = {
    "web/present.py": (1, "what changed where, of which the asker learns yes or no"),
    "web/views/tiles.py": (1, "what changed where, to tell whether a tile of the asker's scope is as it was"),
    "web/views/metrics.py": (3, "the whole county's figures, for who may see the health page or has its token"),
    "web/ailments.py": (2, "whether keys and net are sound, for who may see the health page"),
    "web/api/versions.py": (1, "how many invariants are broken: a number"),
    "web/api/redraws/drafts.py": (4, REDRAW),
    "web/api/redraws/ground.py": (1, REDRAW),
    "web/api/redraws/life.py": (11, REDRAW),
    "web/api/redraws/moves.py": (9, REDRAW),
    "web/views/redraws/acts.py": (2, REDRAW),
    "web/views/redraws/comparing.py": (1, REDRAW),
    "web/views/redraws/pages.py": (2, REDRAW),
    "web/views/redraws/papers.py": (1, REDRAW),
    "web/views/assigning.py": (2, "asks for the right to staff every grid that the change touched"),
    "web/views/boards.py": (6, "asks for the right to export the ground; prints are the asker's own"),
    "web/views/hazards.py": (
        5,
        "asks for the right on the zone's ground, before and after; prints are the asker's own",
    ),
    "web/views/risks.py": (1, "asks for the right on the ground of the site's part"),
    "web/site_edits.py": (1, "asks for the right on the site's ground, before and after"),
}


def test_every_wide_reading_is_listed_with_its_reason() -> None:
    found = Counter[str]()
    for path in (ROOT / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and node.id in WIDE and path.name != "database.py":
                found[path.relative_to(ROOT).as_posix()] += 1
    assert dict(found) == {file: count for file, (count, _) in ALLOWED.items()}
