"""`geo-grid user`: accounts, their roles and passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from geo_grid.cli.output import AsJson, explain_group, show
from geo_grid.errors import BadInput
from geo_grid.settings import settings
from geo_grid.vocabulary import AccountRole

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from geo_grid.access import Account, RoleGiven

T = TypeVar("T")
PROGRAM = "geo-grid user"

group = typer.Typer(name="user", help="Accounts: add, role, passwd, list, disable.", invoke_without_command=True)
group.callback()(explain_group)

Username = Annotated[str, typer.Argument(help="What one signs in with: a-z, 0-9 and . _ -")]
RoleOption = Annotated[str | None, typer.Option("--role", help="A role, such as administrator, planner or township.")]
GridOption = Annotated[str | None, typer.Option("--grid", help="The grid whose ground the role is for; default: all.")]
FromOption = Annotated[str | None, typer.Option("--from", help="The first day of the role, such as 2026-03-01.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="The day on which the role is over.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def register(app: typer.Typer) -> None:
    """This group, added to the program."""
    app.add_typer(group)


@group.command()
def add(
    username: Username,
    *,
    name: Annotated[str | None, typer.Option("--name", help="The person's name; default: the username.")] = None,
    role: RoleOption = None,
    grid: GridOption = None,
    since: FromOption = None,
    until: UntilOption = None,
    password_stdin: StdinOption = False,
) -> None:
    """Make an account; without --password-stdin a password is made up and printed once."""
    from geo_grid import access

    given = None if role is None else _given(role, grid, since, until)
    password = _password(read=password_stdin)

    def work(conn: Connection) -> None:
        access.add_account(conn, username, name or username, password, by=PROGRAM, must_change=not password_stdin)
        if given is not None:
            access.give_role(conn, username, given, by=PROGRAM)

    _run(work)
    typer.echo(f"account {username} made" + ("" if password_stdin else f"; its first password is {password}"))


@group.command()
def role(
    username: Username,
    role: Annotated[str, typer.Argument(help="The role, such as administrator, planner or township.")],
    *,
    grid: GridOption = None,
    since: FromOption = None,
    until: UntilOption = None,
    take: Annotated[bool, typer.Option("--take", help="Take the role away instead.")] = False,
) -> None:
    """Give an account a role, or take it away."""
    from geo_grid import access

    given = _given(role, grid, since, until)

    def work(conn: Connection) -> None:
        if not take:
            access.give_role(conn, username, given, by=PROGRAM)
            return
        held = [one for one in access.account_named(conn, username).given if one.role is given.role]
        for one in held:
            if given.grid in (None, one.grid) and one.id is not None:
                access.take_role(conn, username, one.id, by=PROGRAM)

    _run(work)
    typer.echo(f"{username}: {given.role.en.lower()} {'taken' if take else 'given'}")


@group.command()
def passwd(username: Username, *, password_stdin: StdinOption = False) -> None:
    """Give an account another password; whoever is signed in with it must sign in again."""
    from geo_grid import access

    password = _password(read=password_stdin)
    _run(lambda conn: access.set_password(conn, username, password, by=PROGRAM, must_change=not password_stdin))
    typer.echo(f"password of {username} set" + ("" if password_stdin else f": {password}"))


@group.command()
def disable(
    username: Username, *, undo: Annotated[bool, typer.Option("--undo", help="Let it sign in again.")] = False
) -> None:
    """Disable an account: its sessions end at once and it can sign in no more."""
    from geo_grid import access

    _run(lambda conn: (access.enable if undo else access.disable)(conn, username, by=PROGRAM))
    typer.echo(f"account {username} {'enabled' if undo else 'disabled'}")


@group.command(name="list")
def list_accounts(*, as_json: AsJson = False) -> None:
    """List the accounts with their roles."""
    from geo_grid import access

    accounts = _run(access.all_accounts)
    if as_json:
        show({"accounts": [_figures(account) for account in accounts]}, as_json=True)
        return
    for account in accounts:
        state = "disabled" if account.disabled_at else ""
        typer.echo("  ".join(filter(None, (account.username, account.name, ", ".join(_words(account)), state))))


def _figures(account: Account) -> dict[str, object]:
    """An account as it is printed for programs."""
    return {
        "username": account.username,
        "name": account.name,
        "roles": [
            {"role": one.role.code, "grid": one.grid, "from": one.since, "until": one.until} for one in account.given
        ],
        "disabled": account.disabled_at is not None,
        "demo": account.is_demo,
    }


def _words(account: Account) -> list[str]:
    """The roles of an account, in words."""
    return [one.role.en.lower() + (f" of {one.grid}" if one.grid else "") for one in account.given]


def _given(role: str, grid: str | None, since: str | None, until: str | None) -> RoleGiven:
    """The role that the options describe."""
    from geo_grid.access import RoleGiven

    return RoleGiven(role_named(role), grid, _day(since), _day(until))


def role_named(name: str) -> AccountRole:
    """The role with that code or name in either language; raises `BadInput`."""
    wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
    for role in AccountRole:
        if wanted in {role.code.casefold(), role.zh, role.en.casefold().replace(" ", "_").replace("-", "_")}:
            return role
    roles = ", ".join(f"{role.code.lower()} ({role.zh})" for role in AccountRole)
    raise BadInput(f"there is no role {name!r}: choose one of {roles}")


def _day(text: str | None) -> date | None:
    """A day as it was typed; None stays None."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as wrong:
        raise BadInput(f"{text!r} is no day: write it as 2026-03-01") from wrong


def _password(*, read: bool) -> str:
    """The first line of standard input, or a password that is made up."""
    from geo_grid.access import made_up

    return typer.get_text_stream("stdin").readline().rstrip("\r\n") if read else made_up()


def _run(work: Callable[[Connection], T]) -> T:
    """What `work` answers, done in one transaction as the role that keeps accounts."""
    from geo_grid.db import DbRole, engine, run

    return run(engine(settings(), DbRole.ACCESS), work)
