"""Long runs: twenty thousand random moves, real nets of other countries, eight writers on neighbouring grids."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from geo_grid import redraw
from geo_grid.db import DbRole, engine, run
from geo_grid.errors import Stale
from geo_grid.intake import read
from geo_grid.partition import multi, outline
from geo_grid.partition.arrange import borders_of, faces_of, owners_of, snap_round
from geo_grid.redraw.memory import MemorySource
from geo_grid.redraw.net import Net
from geo_grid.redraw.refusals import MoveRefused
from geo_grid.redraw.rows import COUNTY, Door, Row
from geo_grid.redraw.run import run as run_move
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier
from tests.db import test_concurrency
from tests.db.conftest import plant
from tests.redraw.anything import Planner
from tests.redraw.people import ALICE, CHEN
from tests.redraw.proofs import array, prove_move, prove_net, same

log = logging.getLogger(__name__)

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
real_maps = pytest.mark.skipif(not REAL.is_dir(), reason="the real maps are not beside this checkout")


def walk(source: MemorySource, count: int, seed: int) -> Counter[str]:
    """That many random moves in a row, each proved, the whole net now and then, all taken back at the end."""
    net = start = Net(source)
    codes, made, done = list(source.codes), [], Counter[str]()
    for step in range(count):
        move = Planner(codes, random.Random(seed * 1_000_003 + step)).move(net)
        try:
            changes, new = run_move(net, move)
        except MoveRefused:
            done["refused"] += 1
            continue
        later = net.after(changes)
        prove_move(net, changes, later)
        codes, net = sorted({*codes, *new}), later
        made.append(changes)
        done[move.kind] += 1
        if step % 500 == 499:
            prove_net(net, codes)
            net = Net(net.source.made_over(net))  # type: ignore[attr-defined]
            log.info("seed %s, after %s moves: %s", seed, step + 1, dict(done))
    prove_net(net, codes)
    for changes in reversed(made):
        net = net.after(~changes)
    assert same(net, start, codes)
    log.info("seed %s, %s moves taken back: %s", seed, count, dict(done))
    return done


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(8))
def test_twenty_thousand_moves_leave_the_net_one(sample_source: MemorySource, seed: int) -> None:
    done = walk(sample_source, 2500, seed + 100)
    assert done["refused"] < 1250


def cleaned(path: Path, epsg: int, keys: tuple[str, str], only: dict[str, set[str]]) -> MemorySource:
    """A real map's narrowest areas made one partition, with the two tiers above them that its columns name."""
    layer = read([path])[0]
    way = pyproj.Transformer.from_crs(layer.crs, epsg, always_xy=True)
    chosen = [
        place for place in range(len(layer.shapes())) if all(layer.columns[k][place] in v for k, v in only.items())
    ]
    shapes = shapely.transform(
        shapely.force_2d(layer.shapes()[chosen]), lambda at: np.column_stack(way.transform(*at.T))
    )
    shapes = np.array([shapely.make_valid(shape) for shape in shapes], dtype=object)
    faces = faces_of(snap_round(borders_of(shapes)))
    owner = owners_of(faces, shapes)
    rows = {"T": Row("T", Tier.TOTAL, None, "T", None)}
    grounds: dict[str, list[object]] = {}
    for place in np.unique(owner[owner >= 0]).tolist():
        own = multi(array([shapely.coverage_union_all(faces[owner == place])]))[0]
        group, sub = (f"{letter}{layer.columns[key][chosen[place]]}" for letter, key in zip("GV", keys, strict=True))
        rows[f"M{place}"] = Row(f"M{place}", Tier.MICRO, group, f"M{place}", own)
        rows.setdefault(group, Row(group, Tier.GROUP, sub, group, None))
        rows.setdefault(sub, Row(sub, Tier.SUB, "T", sub, None))
        for name in (group, sub, "T", COUNTY):
            grounds.setdefault(name, []).append(own)
    outlines = {name: outline(array(parts))[0][0] for name, parts in grounds.items()}
    doors = [
        Door(f"D{code}", *(np.round(np.array(row.own.point_on_surface().coords[0]) * 1024) / 1024).tolist(), 3, code)
        for code, row in rows.items()
        if row.tier.is_leaf
    ]
    return MemorySource(rows.values(), doors, outlines)


def villages(**only: set[str]) -> MemorySource:
    """Nantou's villages, or those of some of its towns, with towns and the county above them."""
    (path,) = (REAL / "1_taiwan_nested").glob("nantou_gbk*villages.zip")
    return cleaned(path, 4549, ("TOWNCODE", "COUNTYCODE"), only)


def communes(*wilayas: str) -> MemorySource:
    """Some wilayas of Algeria with their communes and dairas."""
    path = REAL / "5_algeria_nested_arabic" / "communes.zip"
    return cleaned(path, 32631, ("daira_osm_", "wilaya_cod"), {"wilaya_cod": set(wilayas)})


@real_maps
def test_moves_hold_on_the_villages_of_a_real_town() -> None:
    done = walk(villages(TOWNCODE={"10008010"}), 40, 17)
    assert sum(done.values()) - done["refused"] > 15


@real_maps
def test_moves_hold_on_the_communes_of_a_real_province() -> None:
    done = walk(communes("42"), 40, 18)
    assert sum(done.values()) - done["refused"] > 15


@pytest.mark.soak
@real_maps
def test_moves_hold_on_a_real_county_of_villages() -> None:
    done = walk(villages(), 600, 7)
    assert sum(done.values()) - done["refused"] > 200


@pytest.mark.soak
@real_maps
def test_moves_hold_on_real_communes() -> None:
    done = walk(communes("09", "10", "16", "26", "35", "42", "44"), 600, 8)
    assert sum(done.values()) - done["refused"] > 200


@pytest.mark.soak
@real_maps
def test_moves_hold_on_all_villages_of_taiwan() -> None:
    whole = cleaned(REAL / "1_taiwan_nested" / "villages.zip", 3826, ("TOWNCODE", "COUNTYCODE"), {})
    assert len(whole.codes) > 8000
    done = walk(whole, 400, 9)
    assert sum(done.values()) - done["refused"] > 130


@pytest.mark.soak
@real_maps
def test_moves_hold_on_the_communes_of_all_northern_provinces() -> None:
    path = REAL / "5_algeria_nested_arabic" / "communes.zip"
    layer = read([path])[0]
    west, south, east, _ = shapely.bounds(layer.shapes()).T
    inside = (west > -1.8) & (east < 8.8) & (south > 31.7)
    provinces = np.array(layer.columns["wilaya_cod"])
    fits = {str(one) for one in np.unique(provinces) if inside[provinces == one].all()}
    assert len(fits) > 40
    source = cleaned(path, 32631, ("daira_osm_", "wilaya_cod"), {"wilaya_cod": fits})
    done = walk(source, 400, 10)
    assert sum(done.values()) - done["refused"] > 130


@pytest.mark.soak
def test_eight_writers_lose_nothing(database: Settings) -> None:
    """Each bends a border or names a grid anew, over and over, on grids side by side."""
    own_county = plant(database)
    pool = engine(own_county.settings, DbRole.LOADER)
    from tests.redraw.test_two_at_once import line

    bends = {
        "MA": line((2, 4.1), (2.4, 5), (2, 5.9)),
        "MC": line((1, 4), (2, 3.8), (2.9, 4)),
        "MB": line((4, 4.1), (4.4, 5), (4, 5.9)),
        "MH": line((7, 0.2), (7.3, 1), (7, 1.8)),
    }
    names = [*bends, *bends]
    applied: Counter[str] = Counter()
    failures: list[BaseException] = []

    def work(name: str, number: int) -> None:
        try:
            for turn in range(63):
                _redraw_once(pool, name, bends[name] if turn % 2 == 0 else None, number)
                applied[name] += 1
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [threading.Thread(target=work, args=(name, number)) for number, name in enumerate(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(applied.values()) == 504
    assert test_concurrency._sound(own_county)


def _redraw_once(pool: object, grid: str, bend: redraw.Line | None, number: int) -> None:
    """A redraw drawn, approved and applied; repeated when somebody else was first."""
    move = redraw.Rename(grid, f"{grid}-{number}-{random.random()}") if bend is None else redraw.Reshape(grid, bend)

    def draw(conn: object) -> int:
        draft = redraw.create_draft(conn, ALICE, "调整")  # type: ignore[arg-type]
        redraw.add_move(conn, draft.id, ALICE, move)  # type: ignore[arg-type]
        redraw.submit(conn, draft.id, ALICE)  # type: ignore[arg-type]
        redraw.approve(conn, draft.id, CHEN, conn.exec_driver_sql("SELECT current_date").scalar_one())  # type: ignore[arg-type, attr-defined]
        return draft.id

    while True:
        try:
            redraw_id = run(pool, draw, retries=50)  # type: ignore[arg-type]
            run(pool, lambda conn, drawn=redraw_id: redraw.apply(conn, drawn, CHEN), retries=50)  # type: ignore[arg-type]
        except (Stale, MoveRefused):
            move = redraw.Rename(grid, f"{grid}-{number}-{random.random()}")
            continue
        return
