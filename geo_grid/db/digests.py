"""What a database holds, as one digest for each table."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

#: Who is signed in is nobody's past: it is neither kept in a backup nor compared.
PASSING = frozenset({"sessions", "unsettled"})


@dataclass(frozen=True, slots=True)
class TableDigest:
    """The rows of a table in number and as a digest that any changed byte changes."""

    rows: int
    digest: str


def table_digests(conn: Connection) -> dict[str, TableDigest]:
    """The digest of every table, by name; on a connection that sees one moment.

    Rows are taken as PostgreSQL writes them (geometries as hexadecimal EWKB, numbers to the last bit), in the order of
    their own digests, so the order in which they lie does not matter.
    """
    names = conn.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind = 'r' ORDER BY 1"
    ).scalars()
    return {name: _digest(conn, name) for name in names if name not in PASSING}


def _digest(conn: Connection, table: str) -> TableDigest:
    rows, digest = conn.exec_driver_sql(
        "SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(d, '' ORDER BY d COLLATE \"C\"), ''), 'UTF8')), 'hex')"  # noqa: S608, E501
        f" FROM (SELECT md5(t::text) || md5('2' || t::text) AS d FROM geo_grid.{table} t) AS digests"
    ).one()
    return TableDigest(int(rows), str(digest))
