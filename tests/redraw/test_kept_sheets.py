"""The consequence sheet of an applied redraw is kept as it was."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from sqlalchemy import Connection

from geo_grid import redraw
from geo_grid.errors import Refused
from geo_grid.redraw import Merge, Rename, Split
from tests.redraw.people import ALICE, CHEN
from tests.redraw.test_life import Desk, across, brought_in, desk, siblings

__all__ = ["desk"]


def test_the_sheet_of_an_applied_redraw_stays_as_it_was_whatever_happens_later(desk: Desk) -> None:
    one, other = siblings(desk)
    draft = desk.do(redraw.create_draft, ALICE, "北街调整")
    worked = desk.do(redraw.add_move, draft.id, ALICE, Split((one,), across(desk, one)))
    before, drawn = worked.preview.to_json(), desk.do(_drawn, draft.id)
    desk.do(redraw.submit, draft.id, ALICE)
    desk.do(redraw.approve, draft.id, CHEN, desk.ask("SELECT current_date"))
    desk.do(redraw.apply, draft.id, CHEN)
    brought_in(desk, Merge((one, other), one))
    with desk.conn() as conn:
        conn.exec_driver_sql(
            f"UPDATE households SET persons = coalesce(persons, 0) + 7 WHERE grid_id = {_id(conn, one)}"
        )
    kept = desk.do(redraw.preview_draft, draft.id, CHEN)
    assert kept == replace(worked.preview, draw=kept.draw)
    assert (kept.to_json(), desk.do(_drawn, draft.id)) == (before, drawn)


def test_an_undo_keeps_a_sheet_of_its_own(desk: Desk) -> None:
    one, other = siblings(desk)
    applied = brought_in(desk, Merge((one, other), one))
    there = desk.do(redraw.preview_draft, applied.draft.id, CHEN)
    undone = desk.do(redraw.undo_applied, applied.draft.id, CHEN)
    back = desk.do(redraw.preview_draft, undone.draft.id, CHEN)
    then = {effect.code: (effect.before.households, effect.before.area_m2) for effect in there.grids}
    assert {effect.code: (effect.after.households, effect.after.area_m2) for effect in back.grids} == then
    assert back.totals.households == there.totals.households
    with pytest.raises(redraw.UndoneAlready, match=f"redraw {undone.draft.id} undid"):
        desk.do(redraw.undo_applied, applied.draft.id, CHEN)


def test_a_kept_sheet_cannot_be_changed(desk: Desk) -> None:
    one, _ = siblings(desk)
    applied = brought_in(desk, Rename(one, "新名"))
    with pytest.raises(Refused, match="redraw_sheets"), desk.conn() as conn:
        conn.exec_driver_sql(f"UPDATE redraw_sheets SET sheet = '{{}}' WHERE redraw_id = {applied.draft.id}")


def _drawn(conn: Connection, redraw_id: int) -> object:
    """The map of a redraw as the wire carries it."""
    return json.loads(json.dumps(asdict(redraw.preview_draft(conn, redraw_id, ALICE).map)))


def _id(conn: Connection, code: str) -> int:
    return int(conn.exec_driver_sql(f"SELECT id FROM grids WHERE code = '{code}'").scalar_one())
