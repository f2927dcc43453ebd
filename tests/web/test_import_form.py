"""What the forms of an import say is heard."""

from __future__ import annotations

from datetime import UTC, datetime

from werkzeug.datastructures import MultiDict

from geo_grid.intake.choices import NO_CHOICES
from geo_grid.intake.runs import Run
from web.import_form import choices_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_answers_to_repairs_are_kept_with_the_run_and_taken_back() -> None:
    rules = {"overlap": "code", "answers": {"gap": "keep"}}
    run = Run(1, "demo", NOW, NOW, False, (), NO_CHOICES, None, None, None, (), rules, (), None, None, None)
    given = choices_of(MultiDict({"accept": "", "answer.tier": "parent", "answer.gap": ""}), run)
    assert given is not None
    assert given["rules"] == {"overlap": "code", "answers": {"tier": "parent"}}
