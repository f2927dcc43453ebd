"""Who asks, and what they may."""

from geo_grid.access.accounts import (
    Account,
    LastAdministrator,
    account_named,
    add_account,
    all_accounts,
    change_password,
    disable,
    enable,
    give_role,
    set_password,
    take_role,
)
from geo_grid.access.demo import PASSWORD as DEMO_PASSWORD
from geo_grid.access.demo import demo_accounts, make_demo, username_of
from geo_grid.access.model import Actor, Chain, Forbidden, RoleGiven, demand, may
from geo_grid.access.passwords import WeakPassword, made_up
from geo_grid.access.rights import RIGHTS, roles_for
from geo_grid.access.signing import (
    Attempt,
    SignedIn,
    TooManyAttempts,
    WrongPassword,
    digest_of,
    keep_alive,
    sign_in,
    sign_in_to_demo,
    sign_out,
    whose,
)
from geo_grid.access.store import any_administrator, chain, is_demo, mark_demo
from geo_grid.vocabulary import AccountRole, Action

__all__ = [
    "DEMO_PASSWORD",
    "RIGHTS",
    "Account",
    "AccountRole",
    "Action",
    "Actor",
    "Attempt",
    "Chain",
    "Forbidden",
    "LastAdministrator",
    "RoleGiven",
    "SignedIn",
    "TooManyAttempts",
    "WeakPassword",
    "WrongPassword",
    "account_named",
    "add_account",
    "all_accounts",
    "any_administrator",
    "chain",
    "change_password",
    "demand",
    "demo_accounts",
    "digest_of",
    "disable",
    "enable",
    "give_role",
    "is_demo",
    "keep_alive",
    "made_up",
    "make_demo",
    "mark_demo",
    "may",
    "roles_for",
    "set_password",
    "sign_in",
    "sign_in_to_demo",
    "sign_out",
    "take_role",
    "username_of",
    "whose",
]
