"""Files drawn apart are repaired by stated rules, and never unseen."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from subprocess import CompletedProcess

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo_grid.db import DbRole, engine
from geo_grid.errors import BadInput
from geo_grid.intake import NotClean, Options, load, read
from geo_grid.intake.clean import ALL, Cleaning, CleaningRules, clean_rows
from geo_grid.intake.estimate import estimate
from geo_grid.intake.grid_rows import GridRow, grid_rows
from geo_grid.intake.standing import Standing, standing_county
from geo_grid.partition import locate, nest
from geo_grid.sample.redrawn import redrawn
from geo_grid.settings import Settings
from geo_grid.vocabulary import Tier
from tests.intake import town
from tests.intake.test_command import geo_grid

SAMPLE = Path(__file__).resolve().parents[2] / "sample_shapes"
SRID = 4546


@lru_cache(maxsize=2)
def county(township: str) -> tuple[tuple[GridRow, ...], np.ndarray]:
    """The grids of the sample county whose codes begin so, and the households in them."""
    files = [SAMPLE / f"grids_{tier}.zip" for tier in ("total", "sub", "branch", "group", "micro", "special")]
    rows, findings = grid_rows(read(files), {}, None)
    assert not findings
    doors = read([SAMPLE / "households.zip"])[0].points
    rows = [row for row in rows if row.code.startswith(township)]
    whole = shapely.union_all([row.geom for row in widest(rows)])
    return tuple(rows), doors[shapely.contains_xy(whole, doors)]


def widest(rows: Sequence[GridRow]) -> list[GridRow]:
    """The grids of the widest tier there is."""
    top = min((row.tier for row in rows if row.tier is not Tier.SPECIAL), key=lambda tier: tier.rank)
    return [row for row in rows if row.tier is top]


def noisy(rows: tuple[GridRow, ...], noise_m: float, seed: int) -> list[GridRow]:
    """Every grid redrawn on its own."""
    shapes = redrawn(np.array([row.geom for row in rows]), noise_m, np.random.default_rng(seed))
    return [replace(row, geom=shape) for row, shape in zip(rows, shapes, strict=True)]


def nested(rows: list[GridRow]) -> tuple[bool, dict[str, object]]:
    """Whether the grids nest exactly, and the ground each owns itself."""
    place = {row.code: index for index, row in enumerate(rows)}
    parent = np.array([place.get(row.parent, -1) for row in rows])
    found = nest(np.array([row.geom for row in rows], dtype=object), parent)
    return bool(found.sound.all()), {row.code: own for row, own in zip(rows, found.own, strict=True) if own is not None}


def grid_of(doors: np.ndarray, own: dict[str, object]) -> np.ndarray:
    """The code of the grid that owns the ground under each household."""
    found = locate(doors, np.array(list(own.values()), dtype=object))
    return np.array([*own, ""])[found]


@hypothesis_settings(max_examples=2, deadline=None, derandomize=True)
@given(st.floats(0.1, 5.0), st.integers(0, 2**31))
def test_noise_of_any_size_is_cleaned_into_a_partition_with_a_true_account(noise_m: float, seed: int) -> None:
    check_noise("990125202", noise_m, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [7, 11])
@pytest.mark.parametrize("noise_m", [0.1, 0.5, 1.0, 2.0, 5.0])
def test_noise_on_the_whole_county_is_cleaned_with_a_true_account(
    noise_m: float, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = check_noise("990125", noise_m, seed)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")


def check_noise(township: str, noise_m: float, seed: int) -> str:
    """The figures of one draw: redrawn, cleaned, and compared with the undisturbed county."""
    rows, doors = county(township)
    drawn = noisy(rows, noise_m, seed)
    found = clean_rows(drawn, CleaningRules(), Standing(SRID), doors)
    sound, own = nested(list(found.rows))
    after, truth = grid_of(doors, own), grid_of(doors, nested(list(rows))[1])
    first = first_drawn(drawn, doors)
    assert sound
    assert not found.findings
    # Where a leaf was drawn a household is in a leaf; and wherever the widest tier was drawn it is in some grid.
    leaves = np.array([row.code for row in drawn if row.tier.is_leaf])
    assert np.isin(after[first != ""], leaves).all()
    outline = shapely.union_all([mended_ring(row.geom) for row in widest(drawn)])
    assert (after[shapely.contains_xy(outline, doors)] != "").all()
    balance = {line.code: line for line in found.balance}
    counted = {code: int((after == code).sum()) for code in leaves if code in own}
    assert counted == {code: balance[code].households_after for code in counted}
    assert sum(balance[row.code].households_after for row in widest(rows)) == (after != "").sum()
    assert found.households_moved == int(((first != "") & (first != after)).sum())
    # A household is in a wrong grid only where the drawn lines are off by the noise.
    wrong = int((after != truth).sum())
    assert wrong / len(doors) <= 0.004 * noise_m + 0.001
    assert len(found.repairs) <= 100
    outside, bare = int((after == "").sum()), int((~np.isin(after, leaves) & (after != "")).sum())
    return (
        f"noise {noise_m} m, seed {seed}: {wrong} of {len(doors)} households in another grid than before the noise,"
        f" {outside} of them outside all, {bare} on ground of wider grids; told as moved {found.households_moved};"
        f" {len(found.repairs)} repairs, closed up to {found.gap_m} m"
    )


def mended_ring(shape: object) -> object:
    """A drawn polygon, valid."""
    return shapely.make_valid(shape, method="structure")


def first_drawn(drawn: list[GridRow], doors: np.ndarray) -> np.ndarray:
    """The first special, else the first micro grid, that was drawn around each household."""
    leaves = sorted(
        (row for row in drawn if row.tier.is_leaf), key=lambda row: (row.tier is not Tier.SPECIAL, row.code)
    )
    codes = np.array(["", *(row.code for row in reversed(leaves))])
    held = np.zeros(len(doors), dtype=np.int64)
    for index, row in enumerate(reversed(leaves), start=1):
        held[shapely.intersects_xy(shapely.make_valid(row.geom, method="structure"), doors)] = index
    return codes[held]


def town_rows(**shapes: object) -> list[GridRow]:
    """The drawn town, some of its grids drawn otherwise."""
    frame = town.grids()
    columns = zip(
        frame["网格编码"], frame["网格名称"], frame["网格层级"], frame["上级编码"], frame.geometry, strict=True
    )
    tiers = {tier.zh: tier for tier in Tier}
    return [
        GridRow(code, name, tiers[tier], parent, shapes.get(name, shape), f"town row {number}")
        for number, (code, name, tier, parent, shape) in enumerate(columns, start=1)
    ]


def cleaned(rows: list[GridRow], *accepted: str) -> Cleaning:
    """The rows cleaned, nothing standing."""
    return clean_rows(rows, CleaningRules(accepted=frozenset(accepted)), Standing(SRID))


def test_a_repair_has_the_same_id_in_every_run_and_says_what_it_does() -> None:
    rows = town_rows(西甲=town.shifted(town.box_of("A"), 5.0))
    first, again = cleaned(rows), cleaned(rows)
    assert [one.id for one in first.repairs] == [one.id for one in again.repairs]
    overlap = next(one for one in first.repairs if one.kind == "overlap")
    assert overlap.area_m2 == pytest.approx(200)
    assert not overlap.default
    assert overlap.before["type"].endswith("LineString")
    assert json.loads(json.dumps(first.to_json()))["repairs"][0]["message"]


def test_repairs_are_accepted_one_by_one_by_kind_or_all() -> None:
    rows = town_rows(西甲=town.shifted(town.box_of("A"), 5.0))
    every = cleaned(rows).repairs
    assert cleaned(rows, every[0].id).open == tuple(one for one in cleaned(rows).repairs if one.id != every[0].id)
    assert {one.kind for one in cleaned(rows, "overlap", "tier").open} == {"gap"}
    assert cleaned(rows, ALL).open == ()


def test_a_parent_that_most_of_a_grid_does_not_lie_in_is_told() -> None:
    rows = [replace(row, parent=town.EAST_GROUP) if row.code == town.A else row for row in town_rows()]
    found = cleaned(rows)
    clash = next(one for one in found.repairs if one.kind == "parent")
    assert town.EAST_GROUP in clash.message
    assert next(row for row in found.rows if row.code == town.A).parent == town.WEST_GROUP


def test_a_grid_that_another_covers_is_an_error_and_no_repair() -> None:
    rows = town_rows(学校=town.box_of("A", "P"))
    assert [(one.rule, one.facts["grid"]) for one in cleaned(rows, ALL).findings] == [("vanished", town.A)]


def test_rules_that_cannot_be_followed_are_refused() -> None:
    with pytest.raises(BadInput, match="more than 0"):
        CleaningRules(close_gaps_m=-1)
    with pytest.raises(BadInput, match="no tier"):
        CleaningRules.from_json({"lead": "PARISH"})
    rules = CleaningRules(Tier.GROUP, 0.5, 3.0, "larger", frozenset({"crack"}))
    assert CleaningRules.from_json(rules.to_json()) == rules


def noisy_town(tmp_path: Path) -> Path:
    """The town in a file with one grid drawn 5 m off."""
    frame = town.changed(town.grids(), town.A, geometry=town.shifted(town.box_of("A"), 5.0))
    return town.write(frame, tmp_path, "town", "gpkg")


def test_a_file_in_need_of_repair_is_refused_with_its_repairs_until_they_are_accepted(
    database: Settings, tmp_path: Path
) -> None:
    file = noisy_town(tmp_path)
    with pytest.raises(NotClean) as refusal:
        load(database, [file])
    told = {one.repair for one in refusal.value.findings if one.repair}
    assert told
    trial = load(database, [file], Options(repairs=CleaningRules(accepted=frozenset(told))), dry_run=True)
    done = load(database, [file], Options(repairs=CleaningRules(accepted=frozenset({ALL}))))
    assert (trial.tallies, done.written) == (done.tallies, True)
    assert {one.repair for one in done.findings} == told
    again = load(database, [file], Options(repairs=CleaningRules(accepted=frozenset({ALL}))))
    assert again.changed == 0


def test_the_command_repairs_by_kind_and_by_rule(database: Settings, tmp_path: Path) -> None:
    file = noisy_town(tmp_path)
    refused = geo_grid(database, "import", file, "--accept", "overlap")
    assert refused.returncode == 4
    assert "repair" in refused.stderr or "narrower" in refused.stderr
    done = geo_grid(database, "import", file, "--accept-repairs", "--close-gaps", "8", "--overlap", "larger", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["nouns"]["grids"]["new"] == 9
    assert json.loads(geo_grid(database, "check", "--json").stdout)["invariants_broken"] == 0


def test_rules_are_kept_under_a_name_used_again_and_forgotten(database: Settings, tmp_path: Path) -> None:
    file = noisy_town(tmp_path)
    said = ("--close-gaps", "8", "--overlap", "larger", "--lead", "SUB", "--answer", "gap=keep")
    assert geo_grid(database, "rules", "save", "镇里的规则", *said).returncode == 0
    kept = json.loads(geo_grid(database, "rules", "list", "--json").stdout)
    assert kept == [
        {
            "name": "镇里的规则",
            "lead": "SUB",
            "snap_m": None,
            "close_gaps_m": 8.0,
            "overlap": "larger",
            "answers": {"gap": "keep"},
            "actor": "geo-grid rules",
        }
    ]
    words = ("import", file, "--dry-run", "--accept-repairs", "--json")
    by_name = geo_grid(database, *words, "--rules", "镇里的规则")
    spelt_out = geo_grid(database, *words, *said)
    assert [one["says"] for one in findings_of(by_name)] == [one["says"] for one in findings_of(spelt_out)]
    assert geo_grid(database, "rules", "forget", "镇里的规则").returncode == 0
    assert "no rules are kept" in geo_grid(database, *words, "--rules", "镇里的规则").stderr


def findings_of(done: CompletedProcess[str]) -> list[dict[str, str]]:
    """The findings that a command printed."""
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["findings"]
    return found


def test_what_lasts_of_rules_says_nothing_of_single_repairs() -> None:
    rules = CleaningRules(Tier.SUB, answers={"gap": "new", "gap-1": "keep"}, accepted=frozenset({ALL}))
    assert rules.lasting() == CleaningRules(Tier.SUB, answers={"gap": "new"})


def test_an_estimate_comes_near_the_record_and_writes_nothing(database: Settings, tmp_path: Path) -> None:
    file = noisy_town(tmp_path)
    assert "say --dry-run" in geo_grid(database, "import", file, "--quick").stderr
    told = json.loads(geo_grid(database, "import", file, "--dry-run", "--quick", "--json").stdout)
    assert (told["estimate"], told["grids"], told["households_moved"]) == (True, 4, 0)
    assert told["moved_m2"] == pytest.approx(200, abs=1)
    with engine(database, DbRole.LOADER).connect() as conn:
        nothing = standing_county(conn)
    assert not nothing.grids
    whole = town.write(town.grids(), tmp_path, "whole", "gpkg")
    assert estimate(read([whole]), Options(), nothing) is None
