"""Bringing a database up to the schema of this program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from geo_grid.db.addresses import OWNER, DbRole
from geo_grid.db.crs import settle_srid
from geo_grid.db.engine import engine
from geo_grid.db.failures import Repeat
from geo_grid.db.ground import ensure_ground
from geo_grid.db.roles import ensure_roles
from geo_grid.db.routines import load_routines, routines_are_current
from geo_grid.errors import Refused, Unavailable
from geo_grid.settings import Settings

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

#: The key of the advisory lock that lets one upgrade of a database run at a time: 'geo_grid' in ASCII.
UPGRADE_LOCK = int.from_bytes(b"geo_grid", "big")


#: How long an upgrade waits for a table that others use, and how long one of its statements may run.
LONGEST_WAIT, LONGEST_STATEMENT = "5s", "30min"


@dataclass(frozen=True)
class UpgradeReport:
    """What an upgrade did: the schema version before (None: there was none) and after, and whether anything changed."""

    before: str | None
    after: str
    changed: bool


@dataclass(frozen=True)
class SchemaStatus:
    """The schema version that a database has (None: none) and the one that this program wants."""

    found: str | None
    wanted: str
    is_current: bool


class Busy(Unavailable):
    """Others used a table for longer than an upgrade waits."""

    def __init__(self) -> None:
        super().__init__(
            "the schema was not changed, as others are using the database: stop the server and long-running imports, "
            "then run geo-grid db upgrade again"
        )


class SchemaTooNew(Refused):
    """The database was made by a newer program."""

    def __init__(self, found: str, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(
            f"the database has schema {found}, which this program (schema {wanted}) does not know: "
            "install the newer program that made it"
        )


def upgrade(settings: Settings) -> UpgradeReport:
    """The schema brought up to date, in one transaction; upgrades that run at once take turns.

    Raises
    ------
    SchemaTooNew
        When the database was made by a newer program.
    Unavailable
        When the database cannot be reached, or lacks PostGIS, or the user lacks rights.
    Refused
        When the database holds a county in another CRS than the settings say.
    """
    try:
        return _upgrade(settings)
    except Repeat as busy:
        raise Busy from busy


def _upgrade(settings: Settings) -> UpgradeReport:
    """The upgrade, in one transaction."""
    with engine(settings, DbRole.ADMIN).begin() as conn:
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
        # A change of tables waits in front of everybody who comes after it: it gives up soon and holds nobody up.
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
        conn.exec_driver_sql(f"SET LOCAL statement_timeout = '{LONGEST_STATEMENT}'")
        before = _status(conn)
        _refuse_newer(before)
        ensure_roles(conn, local=settings.database_url is None)
        ensure_ground(conn)
        conn.exec_driver_sql(f"SET LOCAL ROLE {OWNER}")
        changed = _bring_up(conn, before, settings)
        conn.exec_driver_sql("RESET ROLE")
    return UpgradeReport(before.found, before.wanted, changed)


def schema_status(settings: Settings, role: DbRole = DbRole.ADMIN) -> SchemaStatus:
    """How the database's schema stands to this program's."""
    with engine(settings, role).connect() as conn:
        return _status(conn)


def ensure_current(settings: Settings, role: DbRole = DbRole.ADMIN) -> None:
    """Nothing when the database's schema is this program's; else one sentence on what to do."""
    status = schema_status(settings, role)
    _refuse_newer(status)
    if not status.is_current:
        raise Refused("the database's schema is older than this program: run geo-grid db upgrade")


def _bring_up(conn: Connection, before: SchemaStatus, settings: Settings) -> bool:
    """Run what is missing, as the owner; whether anything was."""
    if before.is_current:
        return settle_srid(conn, settings.srid)
    # Loaded here: only an upgrade needs them, and they take a quarter of a second from every start.
    from alembic import command
    from alembic.config import Config

    from geo_grid.db.seeds import plant_seeds

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes.update(connection=conn, srid=settings.srid)
    command.upgrade(config, "head")
    plant_seeds(conn, settings.srid)
    settle_srid(conn, settings.srid)
    load_routines(conn)
    return True


def _refuse_newer(status: SchemaStatus) -> None:
    if status.found is not None and status.found not in _known_versions():
        raise SchemaTooNew(status.found, status.wanted)


def _status(conn: Connection) -> SchemaStatus:
    """What `conn`'s database has; its functions count too."""
    wanted = _wanted()
    if conn.exec_driver_sql("SELECT to_regclass('geo_grid.alembic_version')").scalar() is None:
        return SchemaStatus(None, wanted, is_current=False)
    found = conn.exec_driver_sql("SELECT version_num FROM geo_grid.alembic_version").scalar()
    return SchemaStatus(found, wanted, is_current=found == wanted and routines_are_current(conn))


@cache
def _wanted() -> str:
    """The schema of this program, looked up once: whoever watches the server asks for it every few seconds."""
    (wanted,) = _scripts().get_heads()
    return str(wanted)


def _known_versions() -> frozenset[str]:
    return frozenset(script.revision for script in _scripts().walk_revisions())


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS))
