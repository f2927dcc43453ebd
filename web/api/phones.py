"""/api/households/<number>/phone: a phone in full, once the reason is written into the journal."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Connection

from geo_grid.access import Action, demand
from geo_grid.errors import BadInput
from geo_grid.journal import NewEntry, enter
from geo_grid.publish import household_phone, reachable
from web.access import needs
from web.api.description import declared, takes
from web.database import keep, read
from web.session import actor

phones = Blueprint("phones", __name__)

SHORTEST, LONGEST = 4, 200


@phones.post("/households/<int:number>/phone")
@takes(
    body={"reason": declared.text("why it is needed; it is kept in the journal", most=LONGEST, required=True)},
    answer={"phone": {"type": ["string", "null"]}},
    refuses=(404,),
)
@needs(Action.REVEAL_PHONES)
def reveal(number: int) -> Response:
    """The household's phone; who asked, why and when stays in the journal."""
    found = read(reachable, number)
    demand(actor(), Action.REVEAL_PHONES, found.chain)
    entry = NewEntry(actor().username, "phone-revealed", found.code, {"reason": _reason(), "grid": found.chain[0]})

    def note(conn: Connection) -> None:
        enter(conn, entry)

    keep(note)
    return jsonify(phone=read(household_phone, number))


def _reason() -> str:
    """The reason that was given; raises `BadInput` without one."""
    given = request.get_json(silent=True)
    reason = " ".join(str(given.get("reason", "")).split()) if isinstance(given, dict) else ""
    if not SHORTEST <= len(reason) <= LONGEST:
        raise BadInput.of(
            "say in %(shortest)s to %(longest)s characters why the phone is needed: it is kept in the journal",
            shortest=SHORTEST,
            longest=LONGEST,
        )
    return reason
