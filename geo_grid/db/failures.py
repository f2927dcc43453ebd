"""Database driver errors turned into our own, each with one sentence that says what to do."""

from __future__ import annotations

import json
import re
from typing import Any

import psycopg2
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from geo_grid.errors import BadInput, GeoGridError, NotFound, Refused, Stale, Unavailable


class Unreachable(Unavailable):
    """No PostgreSQL answers at the address, or it lets us not in."""


class Lost(Unreachable):
    """The connection broke while it was used; another one may be had at once."""


class Full(Unavailable):
    """The database's disk is full."""


class Repeat(Stale):
    """Somebody else changed the same rows meanwhile; the same work, repeated, can succeed."""


class Duplicate(BadInput):
    """A code or key that must be unique is there already."""


class RuleBroken(Refused):
    """A rule that the database holds by itself would be broken.

    Attributes
    ----------
    rule : str
        Name of the constraint, or the rule named by the raising function; empty when unknown.
    facts : dict
        What the raising function tells: `grid` (code), `x` and `y` (county CRS), `household` (code).
    hint : str
        What to do about it.
    """

    def __init__(self, message: str, *, rule: str = "", facts: dict[str, Any] | None = None, hint: str = "") -> None:
        self.rule, self.facts, self.hint = rule, facts or {}, hint
        super().__init__(message)


class RightMissing(Refused):
    """The account has no role that lets it write this, whatever the program asked before (db/sql/clerk.sql)."""

    def __init__(self, table: str) -> None:
        self.table = table
        self.say(
            "your account may not change %(table)s in this way: "
            "sign in with another account, or ask an administrator for the role",
            table=table,
        )


REPEATABLE_STATES = frozenset({"40001", "40P01", "55P03"})
FULL_STATES = frozenset({"53100", "58030"})
OUR_STATES = "GG"
RIGHT_STATE = "GG004"

#: What to say for a broken constraint, by the end of its name; the server's own detail holds the whole row, which
#: is no use to anybody and may be somebody's phone number.
RULES = {
    "_lattice_check": "the shape is empty or has a vertex off the 1/1024 m lattice: put all its vertices there first",
    "_sound_check": "the shape is empty, crosses itself or has a vertex off the 1/1024 m lattice: mend it first",
    "leaf_is_its_own_ground_check": "a leaf grid owns all of its ground: give it own and geom that are the same",
    "only_totals_are_roots_check": "total grids have no parent and all others have one: give or take the parent",
    "grid_versions_one_at_a_time_excl": "the grid has a version in force at that time: end that one first",
    "assignments_one_at_a_time_excl": "somebody fills the post at that time: end that assignment first",
    "parent_tier_tier_fkey": "no rule of the county lets a grid of that tier lie in such a parent: pick another parent",
    "code_form_check": "a code must be of the usual letters and not empty or too long: correct it",
    "name_form_check": "a name must not be empty, too long, or begin or end with a space: correct it",
}


#: What psycopg2 2.9 says of a lost connection where it raises no OperationalError: the second in the midst of a COPY.
_GONE = ("connection already closed", "no message from the libpq")


def translate(wrong: BaseException, url: URL | str | None = None) -> GeoGridError | None:
    """The error of ours that `wrong` stands for, or None when it is none of the expected ones."""
    driver = wrong.orig if isinstance(wrong, DBAPIError) else wrong
    if not isinstance(driver, psycopg2.Error):
        return _unwritable(driver)
    state = driver.pgcode or ""
    if not state:
        gone = isinstance(driver, psycopg2.OperationalError) or any(said in str(driver) for said in _GONE)
        return _unreachable(str(driver), url) if gone else None
    if state.startswith(OUR_STATES):
        return _our_rule(driver)
    if state.startswith("23"):
        return _constraint(driver, state)
    return _machine(state, _primary(driver)) or _statement(state, _primary(driver))


def _unwritable(driver: BaseException | None) -> BadInput | None:
    """A text that no text column can hold: psycopg2 refuses NUL itself, lone surrogates cannot be encoded."""
    is_nul = isinstance(driver, ValueError) and "NUL" in str(driver)
    if is_nul or isinstance(driver, UnicodeEncodeError):
        return BadInput("a text holds signs that cannot be stored (NUL or half a character): take them out")
    return None


def _machine(state: str, text: str) -> GeoGridError | None:
    """The error for what has nothing to do with the statement: other writers, the server, its disk."""
    if state in REPEATABLE_STATES:
        return Repeat("somebody else changed the same records meanwhile: look again and repeat")
    if state in FULL_STATES:
        return Full(f"the database cannot write ({text}): free disk space where PostgreSQL keeps its data, then repeat")
    if state.startswith(("57P", "08")):
        return Lost(f"the database went away ({text}): wait until it runs again, then repeat")
    if state.startswith("53"):
        return Unavailable(f"the database has no room for more ({text}): repeat later")
    return None


def _statement(state: str, text: str) -> GeoGridError | None:
    """The error for a missing right or table, or a value of the wrong kind."""
    if state == "42501":
        return RuleBroken(f"the database role may not do this: {text}", rule="privilege")
    if state in {"42P01", "3F000"}:
        return Unavailable(f"the database is not set up ({text}): run geo-grid db upgrade")
    if state.startswith("22"):
        return BadInput(f"a value cannot be stored: {text}")
    return None


def _constraint(driver: psycopg2.Error, state: str) -> GeoGridError:
    """The error for a broken constraint."""
    rule = driver.diag.constraint_name or ""
    detail = driver.diag.message_detail or ""
    known = next((sentence for ending, sentence in RULES.items() if rule.endswith(ending)), None)
    if known is not None:
        return RuleBroken(known, rule=rule, hint=known.rpartition(": ")[2])
    if state == "23505":
        return Duplicate(f"{_what_is_there(detail) or _primary(driver)}: give another one, or change the one there")
    if state == "23503":
        return NotFound(f"{_what_is_missing(detail) or _primary(driver)}: name one that exists, or add it first")
    return RuleBroken(f"{_primary(driver)}: mend the values, then repeat", rule=rule, hint="mend the values")


def _what_is_missing(detail: str) -> str:
    """`Key (grid_id)=(1) is not present in table "grids".` as `there is no grid_id 1 in grids`."""
    key = re.match(r'Key \((?P<columns>.+?)\)=\((?P<values>.*)\) is not present in table "(?P<table>\w+)"', detail)
    return f"there is no {key['columns']} {key['values']} in {key['table']}" if key else ""


def _what_is_there(detail: str) -> str:
    """`Key (code)=(A) already exists.` as `code A is there already`."""
    key = re.match(r"Key \((?P<columns>.+?)\)=\((?P<values>.*)\) already exists", detail)
    return f"{key['columns']} {key['values']} is there already" if key else ""


def _our_rule(driver: psycopg2.Error) -> RuleBroken | RightMissing:
    """The refusal raised by one of our own functions in `db/sql`."""
    detail = driver.diag.message_detail or ""
    facts = json.loads(detail) if detail.startswith("{") else {}
    if driver.pgcode == RIGHT_STATE:
        return RightMissing(str(facts.get("table", "")))
    hint = driver.diag.message_hint or ""
    message = f"{_primary(driver)}: {hint}" if hint else _primary(driver)
    return RuleBroken(message, rule=str(facts.pop("rule", "")), facts=facts, hint=hint)


def _unreachable(text: str, url: URL | str | None) -> Unavailable:
    """Why no connection came about, by what libpq and the server said."""
    where = _address(url)
    said = text.strip().splitlines()[-1].split("FATAL:")[-1].strip() if text.strip() else "no reason given"
    if "password authentication failed" in text or "no password supplied" in text:
        return Unreachable(f"the database at {where} refuses the user or password: correct GEO_GRID_DATABASE_URL")
    if "does not exist" in text and "database" in text:
        return Unreachable(f"the database at {where} does not exist: create it with createdb, or name another one")
    if "permission denied to set role" in text or ("role" in text and "does not exist" in text):
        return Unreachable(f"the database at {where} does not know us ({said}): run geo-grid db upgrade")
    if "No space left" in text:
        return Full(f"the disk of the database at {where} is full: free space, then repeat")
    if "too many" in text:
        return Unreachable(f"the database at {where} has no connection left ({said}): repeat later")
    # What libpq says of an attempt begins so (15); all else is of a connection that there was.
    failed = "connection to server" in text and "terminating connection" not in text
    kind = Unreachable if failed else Lost
    return kind(
        f"no database answers at {where} ({said}): start it (geo-grid db start) or correct GEO_GRID_DATABASE_URL"
    )


def _address(url: URL | str | None) -> str:
    """`host:port/database` of `url`, without user or password."""
    if url is None:
        return "the given address"
    parts = make_url(url)
    host = parts.host or parts.query.get("host") or "the local socket"
    port = parts.port or parts.query.get("port") or 5432
    return f"{host}:{port}/{parts.database}"


def _primary(driver: psycopg2.Error) -> str:
    """The server's one-line message."""
    return (driver.diag.message_primary or str(driver)).strip()
