"""Hostile files sent to the web: each gets a named answer, and meanwhile the server lives on as if nothing were."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from geo_grid.cli.demo import mark_as_demo
from geo_grid.cluster import Cluster
from geo_grid.intake.runs.uploads import ENDINGS
from geo_grid.jobs.worker import BROKEN
from geo_grid.settings import PREFIX
from tests.fair_time import FairTime
from tests.intake.hostile_county import HostileCounty, hostile_county
from tests.intake.test_hostile_files import FOUND, FOUND_FOLDER, GENERATED, MANIFEST
from tests.intake.watched import Watched
from tests.jobs.test_web_killed import answers, free_port
from tests.jobs.uploading import Answer, Pulse, Sender

pytestmark = pytest.mark.skipif(not MANIFEST, reason="the hostile files are not beside this checkout")

#: Seconds as they would be with the machine to ourselves: how busy others keep it decides nothing.
LONGEST_SECONDS, LONGEST_BEAT_SECONDS, MOST_BYTES = 10, 1, 1 << 30
#: One that names a file of the server, and one that is read and held back.
FEW = [GENERATED / "vrt_named_shp.zip", GENERATED / "shp_null_shape.zip"]
ALL = [*(GENERATED / entry["file"] for entry in MANIFEST), *(FOUND_FOLDER / name for name in FOUND)]


@pytest.fixture(scope="module")
def county(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileCounty]:
    """The county that the made files belong to, with the demo's accounts."""
    with hostile_county(cluster, tmp_path_factory.mktemp("county")) as made:
        mark_as_demo(made.settings)
        yield HostileCounty(made.settings, made.standing, made.state())


@contextmanager
def served(county: HostileCounty, folder: Path) -> Iterator[tuple[Sender, Pulse, Watched]]:
    """A server of its own on the county with the worker that it keeps: who sends, who feels its pulse, who watches."""
    port = free_port()
    home = folder / "kept"
    watched = Watched(folder / "run", county.settings.model_copy(update={"port": port, "home": home}))
    with (folder / "said").open("w") as said:
        server = watched.start("serve", stdout=said.fileno(), stderr=said.fileno())
        over = threading.Event()
        try:
            assert answers(port), (folder / "said").read_text()
            clock = FairTime([server.pid])
            pulse = Pulse(port, server.pid, clock, over.is_set)
            pulse.start()
            yield Sender(port, clock), pulse, watched
            over.set()
            pulse.join(60)
        finally:
            over.set()
            server.terminate()
            server.wait(30)


def with_its_parts(path: Path) -> list[Path]:
    """What somebody sends: the file, and for a part of a shapefile the others beside it."""
    if path.suffix.lower() not in {".shp", ".dbf"}:
        return [path]
    beside = [file for file in sorted(path.parent.iterdir()) if file.stem == path.stem]
    return [path, *(file for file in beside if file != path and file.suffix.lower() in ENDINGS[1:6])]


def wrongs(answer: Answer) -> list[str]:
    """What an answer has that it must not have."""
    checks = {
        f"no word at all ({answer.stage})": answer.says and all(answer.says),
        f"a fault of ours: {answer.says[:1]}": not any(BROKEN in said or "Traceback" in said for said in answer.says),
        "ended without a word": not any(
            "without a word" in said or "stopped by the system" in said for said in answer.says
        ),
        f"it took {answer.took}": answer.took.fair_seconds < LONGEST_SECONDS,
    }
    return [wrong for wrong, is_fine in checks.items() if not is_fine]


def sent(county: HostileCounty, folder: Path, paths: list[Path]) -> tuple[dict[str, list[str]], str]:
    """What was wrong with any answer or with the server meanwhile, and the figures."""
    with served(county, folder) as (sender, pulse, watched):
        learned = {
            str(path.relative_to(GENERATED.parent)): sender.learn(
                with_its_parts(path), goes_on=path.parent == GENERATED
            )
            for path in paths
        }
    wrong = {name: told for name, answer in learned.items() if (told := wrongs(answer))}
    slowest = sorted((answer.took.fair_seconds, answer.took.seconds, name) for name, answer in learned.items())[-3:]
    # Its own uploads, held in memory or in files without a name until they are kept, and its own address to listen at.
    held = f"wrote {watched.folder / 'tmp'}"
    own = (held, str(folder / "kept"), f"getaddrinfo ('127.0.0.1', {watched.environ[f'{PREFIX}PORT']},")
    noted = [line for line in watched.log.read_text().splitlines() if not any(mark in line for mark in own)]
    beats = sorted(one.fair_seconds for one in pulse.beats)
    server = {
        f"/healthz: {pulse.wrong[:3]}": not pulse.wrong,
        f"/healthz took {beats[-3:]} s": beats[-1] < LONGEST_BEAT_SECONDS,
        f"{pulse.peak >> 20} MB": pulse.peak < MOST_BYTES,
        f"noted {noted[:5]}": not noted,
        f"left {watched.left()[:5]}": not watched.left(),
        "uploads are left": not list((folder / "kept" / "uploads").rglob("*")),
        "the county is not as it was": county.state() == county.began,
    }
    wrong["the server"] = [told for told, is_fine in server.items() if not is_fine]
    figures = (
        f"{len(paths)} uploads; slowest (fair, by the clock) {slowest}; /healthz {len(beats)} times, median"
        f" {beats[len(beats) // 2]:.3f} s, slowest {beats[-3:]} (by the clock"
        f" {max(one.seconds for one in pulse.beats):.2f}); at most {pulse.peak >> 20} MB"
    )
    return {name: told for name, told in wrong.items() if told}, figures


def test_hostile_uploads_are_answered_and_leave_nothing(county: HostileCounty, tmp_path: Path) -> None:
    assert sent(county, tmp_path, FEW)[0] == {}


@pytest.mark.soak
def test_every_hostile_upload_is_answered_and_leaves_nothing(
    county: HostileCounty, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, figures = sent(county, tmp_path, ALL)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")
    assert wrong == {}
