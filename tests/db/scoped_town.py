"""The small county with two supervisors of one grid each, to try the ways from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from geo_grid.access import RoleGiven, add_account, give_role, seal_scope
from geo_grid.cluster import Cluster
from geo_grid.db import DbRole, engine, reading, transaction
from geo_grid.settings import Settings
from geo_grid.vocabulary import AccountRole
from tests import databases
from tests.db import net

#: The number that only the other subtree has; it stands unsealed, so that every sight of it is seen.
CANARY = "13900000777"
MINE, THEIRS = "MA", "MB"


@dataclass(frozen=True)
class Town:
    """The small county with a supervisor of `MA`, another of `MB`, and what lies in each."""

    settings: Settings
    accounts: dict[str, int]
    ids: dict[str, int]

    def seal(self, who: str = "mine", action: str = "SEE") -> str:
        """The seal of an account, for an action."""
        with engine(self.settings, DbRole.ACCESS).connect() as conn:
            return seal_scope(conn, self.accounts[who], action)

    @contextmanager
    def reads(self, who: str = "mine") -> Iterator[Connection]:
        """A reading transaction of an account."""
        with reading(engine(self.settings, DbRole.SCOPED), seal=self.seal(who)) as conn:
            yield conn

    @contextmanager
    def edits(self, who: str = "mine") -> Iterator[Connection]:
        """A writing transaction of an account that is rolled back."""
        with engine(self.settings, DbRole.EDITOR).connect() as conn:
            begun = conn.begin()
            conn.exec_driver_sql("SELECT set_config('geo_grid.scope', %s, true)", (self.seal(who, "MANAGE_STAFF"),))
            conn.exec_driver_sql("INSERT INTO changesets (actor, kind) VALUES (%s, 'edit')", (who,))
            yield conn
            begun.rollback()


@contextmanager
def planted_town(cluster: Cluster) -> Iterator[Town]:
    """A town of one's own, dropped at the end."""
    with databases.clone(cluster, databases.empty_template(cluster)) as settings:
        with transaction(engine(settings, DbRole.LOADER)) as conn:
            net.write_county(conn)
            net.add_household(conn, "H1", *net.place(0.5, 5.5), MINE)
            net.add_household(conn, "H2", *net.place(2.5, 5.5), THEIRS)
            ids = net.ids(conn)
            for grid, worker in ((MINE, "W1"), (THEIRS, "W2")):
                conn.exec_driver_sql("INSERT INTO workers (code, name) VALUES (%s, %s)", (worker, f"name of {worker}"))
                conn.exec_driver_sql("INSERT INTO posts (grid_id, role) VALUES (%s, 'LEADER')", (ids[grid],))
            conn.exec_driver_sql(
                "INSERT INTO assignments (post_id, worker_id, during) SELECT p.id, w.id, '[2020-01-01,)'"
                " FROM posts p JOIN grids g ON g.id = p.grid_id"
                " JOIN workers w ON w.code = CASE g.code WHEN 'MA' THEN 'W1' ELSE 'W2' END"
            )
            conn.exec_driver_sql("UPDATE households SET phone = %s WHERE code = 'H2'", (CANARY,))
            conn.exec_driver_sql("UPDATE workers SET phone = %s WHERE code = 'W2'", (CANARY,))
        with transaction(engine(settings, DbRole.ACCESS)) as conn:
            accounts = {}
            for name, grid in (("mine", MINE), ("theirs", THEIRS), ("nobody", None)):
                accounts[name] = add_account(conn, name, name, "Ein langes Kennwort 7", by="test").id
                if grid:
                    give_role(conn, name, RoleGiven(AccountRole.TOWNSHIP, grid), by="test")
        with engine(settings, DbRole.ADMIN).begin() as conn:
            conn.exec_driver_sql("ANALYZE")
        yield Town(settings, accounts, ids)


def said(conn: Connection, query: str, **values: Any) -> str:
    """All that a query tells, as one text."""
    return repr([tuple(row) for row in conn.execute(text(query), values)])
