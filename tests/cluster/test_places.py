"""Homes that are hard to reach: closed to the server's account, too long, oddly named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from geo_grid.cluster import Cluster, ClusterState
from geo_grid.cluster.places import LONGEST_SOCKET_FOLDER, SHELTER
from geo_grid.errors import Unavailable
from tests.cluster.test_start_and_stop import QUICK, answer

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down to another account")


def starts(home: Path) -> Cluster:
    """The cluster of a home, running."""
    cluster = Cluster(home, settings=QUICK)
    cluster.start()
    assert answer(cluster, "SELECT 1") == 1
    return cluster


@as_root
def test_a_home_of_mode_0700_is_opened_for_passing_through_only(home: Path) -> None:
    place = home / "closed"
    place.mkdir(mode=0o700)
    starts(place)
    assert place.stat().st_mode & 0o777 == 0o701


@as_root
def test_a_home_below_a_closed_folder_keeps_its_data_in_a_shelter(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    cluster = starts(closed / "home")
    assert (closed / "home" / "cluster").resolve().is_relative_to(SHELTER)
    assert closed.stat().st_mode & 0o777 == 0o700
    cluster.stop()
    starts(closed / "home")


@as_root
def test_a_home_made_anew_does_not_find_the_data_of_its_predecessor(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    first = starts(closed / "home")
    first.stop()
    old = (closed / "home" / "cluster").resolve()
    shutil.rmtree(closed / "home")
    starts(closed / "home")
    assert (closed / "home" / "cluster").resolve() != old
    shutil.rmtree(old.parent)


@as_root
def test_a_link_to_data_that_is_gone_is_named(home: Path) -> None:
    (home / "cluster").symlink_to(home / "unmounted")
    with pytest.raises(Unavailable, match="which is gone: bring it back, or remove the link"):
        Cluster(home).start()


def test_a_home_too_long_for_a_socket_gets_one_in_tmp(home: Path) -> None:
    cluster = starts(home / ("l" * LONGEST_SOCKET_FOLDER))
    sockets = cluster.status().sockets
    assert sockets.parent == Path("/tmp")
    assert sockets.stat().st_mode & 0o777 == 0o700
    assert sockets.stat().st_uid == cluster.status().data.stat().st_uid


def test_a_home_may_hold_quotes_dollars_blanks_and_chinese(home: Path) -> None:
    cluster = starts(home / 'it\'s "$HOME" \\ 网格%20')
    assert cluster.status().state is ClusterState.RUNNING


def test_a_socket_folder_made_by_a_stranger_is_refused(home: Path) -> None:
    cluster = Cluster(home / ("m" * LONGEST_SOCKET_FOLDER), settings=QUICK)
    sockets = cluster.status().sockets
    sockets.symlink_to(home)
    try:
        with pytest.raises(Unavailable):
            cluster.start()
    finally:
        sockets.unlink()
