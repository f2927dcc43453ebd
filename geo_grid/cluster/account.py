"""The system account that runs the server, since PostgreSQL refuses to be root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from geo_grid.errors import Unavailable

UNPRIVILEGED = "postgres"
#: The whole environment of a child: PGDATA, PGOPTIONS and the like must not leak in; messages stay English.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class StepDown(TypedDict, total=False):
    """The options of `subprocess` that drop root's privileges; without root they may not even be named."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """A user and group of the machine."""

    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        """Whether this is not the user of the running process."""
        return self.uid != os.geteuid()

    def run(self, command: Sequence[str], *, cwd: Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """The outcome of `command` run as this account in `cwd` with `text` on its standard input.

        Not for what leaves a server behind: its output is read to the end. A folder that the account cannot enter
        does not matter for `cwd`, which is entered before the privileges are dropped.
        """
        step_down: StepDown = {}
        if self.is_another:
            step_down = {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            command, cwd=cwd, input=text, env=ENVIRONMENT, text=True, capture_output=True, check=False,
            umask=0o077, **step_down,
        )  # fmt: skip

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through `folder` and everything above it."""
        return self.run(["test", "-x", str(folder)], cwd=Path("/")).returncode == 0


def account_for(data: Path) -> Account:
    """The owner of an existing data directory; for a new one ourselves, or the unprivileged user if we are root."""
    if data.exists():
        owner = data.stat()
        if os.geteuid() not in (0, owner.st_uid):
            raise Unavailable(
                f"{data} belongs to the user {_user_name(owner.st_uid)}: run this as that user or as root, "
                "or set GEO_GRID_HOME to a folder of your own"
            )
        return Account(owner.st_uid, owner.st_gid)
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        unprivileged = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise Unavailable(
            f"PostgreSQL does not run as root and there is no system user {UNPRIVILEGED!r}: create it with "
            f"`useradd --system {UNPRIVILEGED}`, or run this as an ordinary user"
        ) from None
    return Account(unprivileged.pw_uid, unprivileged.pw_gid)


def _user_name(uid: int) -> str:
    """The name of a user, or the number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
