"""A board tells who serves its grid and how they are reached, and as many as are wanted go into one archive."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

import pytest

from geo_grid.boards import Phones, Series, Source, Wish, board_pdf, boards_of, print_series, read_source, sheet_pdf
from geo_grid.boards.drawing import Frame, board_map
from geo_grid.db import DbRole, engine, reading
from geo_grid.errors import BadInput, NotFound
from geo_grid.settings import Settings
from geo_grid.vocabulary import Role, Tier

MICRO, VILLAGE = "990125101002-B01-G03-M05", "990125101002"


@pytest.fixture(scope="module")
def source(sample_database: Settings) -> Source:
    """The sample county."""
    with reading(engine(sample_database, DbRole.LOADER)) as conn:
        return read_source(conn)


def pages(pdf: bytes) -> int:
    """How many pages a PDF has, by the objects in its compressed streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    whole = pdf
    for body in streams:
        try:
            whole += zlib.decompress(body)
        except zlib.error:
            continue
    return len(re.findall(rb"/Type ?/Page\b(?!s)", whole))


def test_a_board_names_its_leader_its_people_and_its_station(source: Source) -> None:
    (board,) = boards_of(source, [MICRO], Wish(address="https://grids.example/"))
    assert board.leader is not None
    assert board.leader.role is Role.LEADER
    assert board.leader.grid, "the leader is that of the nearest grid above that has one"
    assert [line.role for line in board.people] == [Role.CONTACT]
    assert board.households == 16
    assert board.parents[0] == "城关镇"
    assert board.station is not None
    assert board.page == f"https://grids.example/grids/{MICRO}"


def test_a_village_has_the_station_of_its_own_level(source: Source) -> None:
    (board,) = boards_of(source, [VILLAGE], Wish())
    assert board.station is not None
    levels = dict(zip(source.county.places.codes, source.county.places.levels, strict=True))
    assert levels[board.station.code].code == "VILLAGE"


@pytest.mark.parametrize(
    ("phones", "looks"), [(Phones.NONE, None), (Phones.MASKED, r"\d{3}\*{4}\d{4}"), (Phones.FULL, r"\d{11}")]
)
def test_phones_stand_as_they_may(source: Source, phones: Phones, looks: str | None) -> None:
    (board,) = boards_of(source, [MICRO], Wish(phones=phones))
    assert board.leader is not None
    assert (board.leader.phone is None) if looks is None else re.fullmatch(looks, board.leader.phone or "")


def test_a_vacant_post_is_shown_as_vacant(source: Source) -> None:
    vacant = next(post for post in source.county.staff.posts if post not in source.county.filled)
    (board,) = boards_of(source, [vacant.grid], Wish())
    assert ("", None) in [(line.name, line.phone) for line in board.people if line.role is vacant.role]


def test_what_is_not_there_is_named(source: Source, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no grid nowhere"):
        list(boards_of(source, ["nowhere"], Wish()))
    with pytest.raises(NotFound):
        print_series(source, Series(Tier.TOTAL, MICRO), Wish(), tmp_path / "none.zip")
    with pytest.raises(BadInput, match="no paper A7"):
        board_pdf(source, [], Wish(paper="A7"))


def test_a_name_cannot_break_out_of_the_drawing(source: Source) -> None:
    picture = board_map(source, source.county.index[MICRO], wide=100, high=100)
    assert "<script" not in picture
    assert picture.count("<svg") == 1


def test_a_drawing_is_to_scale(source: Source) -> None:
    frame = Frame.around(source.county.geom[source.county.index[MICRO]], 158, 146)
    (x, _), (further, _) = frame.at(500_000, 4_000_000), frame.at(500_100, 4_000_000)
    assert further - x == pytest.approx(100 * frame.mm_per_m, abs=0.02)


def test_boards_of_a_village_go_into_one_archive(source: Source, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    group = "990125101002-B01-G03"
    count = print_series(source, Series(Tier.MICRO, group), Wish(), tmp_path / "b.zip", lambda *one: heard.append(one))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        (name,) = archive.namelist()
        assert name.startswith(VILLAGE)
        assert pages(archive.read(name)) == count == 5
    assert heard == [(0, 5), (5, 5)]


def test_a_map_sheet_is_one_page(source: Source) -> None:
    assert pages(sheet_pdf(source, [VILLAGE], Wish(lang="en"))) == 1
