"""The demo: a database where everybody may read, with one account for each role."""

from __future__ import annotations

from sqlalchemy import Connection

from geo_grid.access import store
from geo_grid.access.accounts import Account, add_account, all_accounts, give_role
from geo_grid.access.model import RoleGiven
from geo_grid.vocabulary import AccountRole

#: Everybody may know it: it opens demo accounts in a demo database and nothing else.
PASSWORD = "geo-grid-demo"  # noqa: S105
NAMES = {
    AccountRole.ADMINISTRATOR: "管理员（演示）",
    AccountRole.GIS_STAFF: "数据员（演示）",
    AccountRole.PLANNER: "规划员（演示）",
    AccountRole.APPROVER: "审批员（演示）",
    AccountRole.TOWNSHIP: "乡镇监督员（演示）",
    AccountRole.GRID_WORKER: "网格员（演示）",
    AccountRole.READER: "访客（演示）",
}


def username_of(role: AccountRole) -> str:
    """The username of a role's demo account."""
    return f"demo.{role.code.lower().replace('_', '-')}"


def make_demo(conn: Connection, *, township: str | None, village: str | None, by: str) -> None:
    """Mark the database as a demo and give each role an account; those already there stay as they are.

    The township supervisor's role is given for the grid `township`, the grid worker's for `village`; without a grid
    they are given for the county.
    """
    store.mark_demo(conn, demo=True)
    grounds = {AccountRole.TOWNSHIP: township, AccountRole.GRID_WORKER: village}
    known = {account.username for account in all_accounts(conn)}
    for role in AccountRole:
        username = username_of(role)
        if username not in known:
            add_account(conn, username, NAMES[role], PASSWORD, by=by, must_change=False, is_demo=True)
            give_role(conn, username, RoleGiven(role, grounds.get(role)), by=by)


def demo_accounts(conn: Connection) -> list[Account]:
    """The demo accounts one can sign in to, in the roles' order; none where the database is no demo."""
    if not store.is_demo(conn):
        return []
    order = [username_of(role) for role in AccountRole]
    found = [account for account in all_accounts(conn) if account.is_demo and account.disabled_at is None]
    return sorted(found, key=lambda account: order.index(account.username) if account.username in order else 99)
