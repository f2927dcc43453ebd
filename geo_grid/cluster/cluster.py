"""The cluster of one HOME, started and stopped as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from geo_grid.cluster.account import Account, account_for
from geo_grid.cluster.binaries import find_binaries
from geo_grid.cluster.birth import make_data_directory
from geo_grid.cluster.configuration import write_ours
from geo_grid.cluster.control import start_server, stop_server, wait_until_settled
from geo_grid.cluster.failures import machine_failures
from geo_grid.cluster.lock import held
from geo_grid.cluster.places import Places, current_places, make_home, make_socket_folder, open_way
from geo_grid.cluster.status import ClusterState, ClusterStatus, major_version, status_of

ADMIN = "geo_grid_admin"
DATABASE = "geo_grid"


class Cluster:
    """A PostgreSQL of our own below `home`, reached through a socket only.

    Parameters
    ----------
    home
        The folder that holds it; made when it is missing.
    settings
        PostgreSQL settings over our own, read when the server starts.
    programs
        The folders to look for PostgreSQL in, instead of the machine's.
    """

    def __init__(
        self, home: Path, *, settings: Mapping[str, str] | None = None, programs: Sequence[Path] | None = None
    ) -> None:
        self.home = home.expanduser().resolve()
        self._settings = dict(settings or {})
        self._programs = programs

    def start(self) -> None:
        """A running server; the data directory is made when there is none."""
        with self._alone():
            account = self._account()
            if self.status().state is ClusterState.ABSENT:
                self._make(account)
            places = self._places()
            if wait_until_settled(places.data, places.sockets) is not ClusterState.RUNNING:
                self._start(account)

    def stop(self) -> None:
        """A stopped server; one that does not run, or does not exist, is left as it is."""
        if self.status().pid is None:
            return
        with self._alone():
            places = self._places()
            if wait_until_settled(places.data, places.sockets) is ClusterState.RUNNING:
                binaries = find_binaries(self._programs, major=major_version(places.data))
                stop_server(places.data, places.sockets, binaries, self._account())

    def status(self) -> ClusterStatus:
        """What the cluster is doing."""
        with machine_failures(self.home):
            places = self._places()
            if places.data.exists():
                self._account()
            return status_of(places.data, places.sockets)

    def url(self, user: str = ADMIN, database: str = DATABASE) -> str:
        """The SQLAlchemy address of `database` for `user`, whether or not the server runs."""
        sockets = quote(str(self._places().sockets), safe="")
        return f"postgresql+psycopg2://{quote(user, safe='')}@/{quote(database, safe='')}?host={sockets}&port=5432"

    def _make(self, account: Account) -> None:
        """The data directory, new."""
        binaries = find_binaries(self._programs)
        open_way(self.home, account)
        make_data_directory(
            self._places().data, binaries, account, admin=ADMIN, database=DATABASE, settings=self._settings
        )  # fmt: skip

    def _start(self, account: Account) -> None:
        """The server, started."""
        open_way(self.home, account)
        places = self._places()
        binaries = find_binaries(self._programs, major=major_version(places.data))
        make_socket_folder(places.sockets, account)
        write_ours(places.data, places.sockets, self._settings)
        start_server(places.data, places.sockets, binaries, account)

    def _places(self) -> Places:
        """Where everything lies now."""
        return current_places(self.home)

    def _account(self) -> Account:
        """Who runs the server."""
        return account_for(self._places().data)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A block that no other process runs for the same HOME at the same time."""
        with machine_failures(self.home):
            make_home(self.home)
            with held(self.home / "cluster.lock"):
                yield
