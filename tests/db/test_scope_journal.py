"""Who reads the journal of a subtree sees by the seal what the lines of the tables say, no more and no less."""

from __future__ import annotations

from geo_grid.access import RoleGiven, add_account, give_role, seal_scope
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.journal import NewChangeset
from geo_grid.settings import Settings
from geo_grid.vocabulary import AccountRole
from tests.db.scoped_town import MINE, THEIRS, Town, planted_town

POST = "INSERT INTO geo_grid.posts (grid_id, role) SELECT id, 'STAND_IN' FROM geo_grid.grids WHERE code = '{}'"
WRITTEN = {
    "H1": "UPDATE geo_grid.households SET address = 'mine' WHERE code = 'H1'",
    "H2": "UPDATE geo_grid.households SET address = 'theirs' WHERE code = 'H2'",
    "post of mine": POST.format(MINE),
    "post of theirs": POST.format(THEIRS),
}


def seen(settings: Settings, seal: str) -> tuple[list[str], list[int]]:
    """The notes of the change sets and the numbers of the entries that a seal shows."""
    with reading(engine(settings, DbRole.SCOPED), seal=seal) as conn:
        notes = conn.exec_driver_sql("SELECT note FROM geo_grid.changesets WHERE note <> '' ORDER BY id").scalars()
        entries = conn.exec_driver_sql("SELECT seq FROM geo_grid.journal_entries ORDER BY seq").scalars()
        return list(notes), list(entries)


def approver(town: Town) -> int:
    """An account that reads the journal of a subtree."""
    with transaction(engine(town.settings, DbRole.ACCESS)) as conn:
        account = add_account(conn, "reads", "reads", "Ein langes Kennwort 7", by="test").id
        give_role(conn, "reads", RoleGiven(AccountRole.APPROVER, MINE), by="test")
    return account


def test_the_seal_names_what_the_lines_say(cluster: Cluster) -> None:
    with planted_town(cluster) as town:
        account = approver(town)
        for note, statement in WRITTEN.items():
            changeset = NewChangeset("test", "edit", note)
            with transaction(engine(town.settings, DbRole.LOADER), changeset=changeset) as conn:
                conn.exec_driver_sql(statement)
        with transaction(engine(town.settings, DbRole.LOADER), changeset=NewChangeset("reads", "edit", "own")):
            pass
        with engine(town.settings, DbRole.ACCESS).connect() as conn:
            named, asked = (seal_scope(conn, account, action) for action in ("READ_JOURNAL", "SEE"))
        notes, entries = seen(town.settings, named)
        assert notes == ["H1", "post of mine", "own"]
        assert entries
        assert seen(town.settings, asked) == (notes, entries)
