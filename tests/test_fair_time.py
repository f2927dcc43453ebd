"""Time that others take of the machine is not put down to us; time that we use or wait is."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.fair_time import FairTime


def _busy(seconds: float) -> None:
    """Use a processor for so long."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_our_own_work_is_ours() -> None:
    clock = FairTime([])
    began = clock.now()
    _busy(0.3)
    assert clock.since(began).fair_seconds >= 0.2


def test_what_others_take_of_a_full_machine_is_left_out() -> None:
    crowd = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        time.sleep(0.2)
        clock = FairTime([])
        clock._roots = set()  # the crowd is below this process, and here nobody of ours is asked about
        began = clock.now()
        time.sleep(0.6)
        took = clock.since(began)
    finally:
        for one in crowd:
            one.kill()
            one.wait()
    assert took.seconds >= 0.6
    assert took.fair_seconds < 0.5 * took.seconds
