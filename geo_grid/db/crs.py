"""The one CRS of a database: what its geometry columns are declared in."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.db.routines import load_scope
from geo_grid.errors import Refused


class CrsFixed(Refused):
    """The database holds a county in another CRS than the settings say."""

    def __init__(self, found: int, wanted: int) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(
            f"the database holds a county in EPSG:{found}, the settings say EPSG:{wanted}: "
            f"set GEO_GRID_SRID={found}, or use another database"
        )


def settle_srid(conn: Connection, srid: int) -> bool:
    """Declare an empty database's columns in `srid`; whether that changed anything.

    Raises `CrsFixed` when the database has another CRS and is not empty.
    """
    found = conn.exec_driver_sql("SELECT srid FROM geo_grid.county").scalar_one()
    if found == srid:
        return False
    if not _is_empty(conn):
        raise CrsFixed(found, srid)
    columns = conn.exec_driver_sql(
        "SELECT f_table_name, f_geometry_column, type FROM public.geometry_columns"
        " WHERE f_table_schema = 'geo_grid' AND srid = %s ORDER BY 1, 2",
        (found,),
    ).all()
    scoped = _drop_policies(conn)
    _drop_questions(conn)
    for table, column, kind in columns:
        conn.exec_driver_sql(
            f'ALTER TABLE geo_grid."{table}" ALTER COLUMN "{column}" TYPE public.geometry({kind}, {int(srid)})'
        )
    conn.exec_driver_sql("UPDATE geo_grid.county SET srid = %s", (srid,))
    if scoped:
        load_scope(conn)
    return True


def _drop_policies(conn: Connection) -> bool:
    """Whether there were policies, which stand in the way of another type for a column; now there are none."""
    policies = conn.exec_driver_sql("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'geo_grid'").all()
    for table, policy in policies:
        conn.exec_driver_sql(f'DROP POLICY "{policy}" ON geo_grid."{table}"')
    return bool(policies)


def _drop_questions(conn: Connection) -> None:
    """Take the clerk's triggers away, which name columns; they come back with the policies."""
    named = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'right\\_%%'"
    for trigger, table in conn.exec_driver_sql(named).all():
        conn.exec_driver_sql(f'DROP TRIGGER "{trigger}" ON {table}')


def _is_empty(conn: Connection) -> bool:
    """Whether no row with a place was ever written."""
    return not conn.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM geo_grid.grids) OR EXISTS (SELECT FROM geo_grid.household_history)"
        " OR EXISTS (SELECT FROM geo_grid.risk_site_history) OR EXISTS (SELECT FROM geo_grid.facility_history)"
        " OR EXISTS (SELECT FROM geo_grid.hazard_zone_history)"
    ).scalar()
