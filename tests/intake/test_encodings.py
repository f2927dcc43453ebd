"""Text is read in the encoding it was written in, or somebody is asked; it never comes in garbled unnoticed."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_grid.intake import Options, Unreadable, look, read
from geo_grid.intake.encoding import Claims, codec_named, said_by
from geo_grid.intake.garbled import garbled_findings
from geo_grid.intake.weighing import weigh

VILLAGES = ["柳河社区", "东关村", "西营村", "南寨村", "北岭村", "石门镇", "白沙乡", "青龙山", "龙泉街", "城西开发区"]
TOWNS = ["南投縣", "草屯鎮", "埔里鎮", "竹山鎮", "國姓鄉", "鳳凰里", "豐城村"]

WRITTEN = {
    "GBK, one village": ("gb18030", ["柳河社区"]),
    "GBK, many": ("gb18030", VILLAGES),
    "GB18030, four bytes": ("gb18030", ["𠮷田村"]),
    "GBK, addresses": ("gb18030", ["幸福花园3号楼2单元501室", "建国路118号", "王小明"]),
    "UTF-8": ("utf-8", VILLAGES),
    "UTF-8, one": ("utf-8", ["联通"]),
    "UTF-8 in a script nobody counted": ("utf-8", ["ব্লক সি", "আগারগাঁও"]),
    "UTF-8, French": ("utf-8", ["São Paulo", "Québec"]),
    "Big5": ("cp950", TOWNS),
    "Big5, one": ("cp950", ["國語"]),
    "traditional in GBK": ("gb18030", TOWNS),
    "Korean": ("cp949", ["서울특별시 종로구", "부산광역시"]),
    "Shift_JIS": ("cp932", ["ひたちなか市", "西茨城郡弥彦村"]),
    "EUC-JP": ("euc_jp", ["ひたちなか市", "西茨城郡弥彦村"]),
    "Arabic": ("cp1256", ["ولاية الجزائر", "أولاد بن عبد القادر"]),
    "Western": ("cp1252", ["Peçeña México"]),
    "Russian, DOS": ("cp866", ["Московская область", "Серпуховский район"]),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_an_encoding_nobody_names_shows_in_the_bytes(case: str) -> None:
    encoding, texts = WRITTEN[case]
    guess = weigh([text.encode(encoding) for text in texts], Claims())
    assert guess.chosen.examples[0] == texts[0]
    assert guess.certainty in {"certain", "likely"}


SHORT = {
    "Greek or Chinese": ("gb18030", ["简体"]),
    "Russian": ("koi8-r", ["русский"]),
    "Danish": ("cp1252", ["København"]),
}


@pytest.mark.parametrize("case", SHORT)
def test_what_little_text_leaves_open_is_asked_with_both_readings(case: str) -> None:
    encoding, texts = SHORT[case]
    guess = weigh([text.encode(encoding) for text in texts], Claims())
    assert guess.certainty == "unsure"
    assert texts[0] in [guess.chosen.examples[0], *(other.examples[0] for other in guess.alternatives)]


@given(st.lists(st.sampled_from(VILLAGES), min_size=1, max_size=10), st.sampled_from(["gb18030", "utf-8"]))
def test_villages_are_read_back_from_both_encodings_of_the_country(names: list[str], encoding: str) -> None:
    guess = weigh([name.encode(encoding) for name in names], Claims())
    assert guess.chosen.encoding == encoding


@given(st.binary(max_size=60), st.binary(max_size=20), st.integers(0, 255))
def test_any_bytes_get_a_guess(raw: bytes, cpg: bytes, language_byte: int) -> None:
    guess = weigh(raw.split(b"\n"), Claims(None, cpg, language_byte))
    assert guess.reason
    guess.to_json()


@pytest.mark.parametrize("said", ["zip", "rot13", "base64", "unicode_escape", "punycode", "idna", "../x", "utf-7", ""])
def test_only_encodings_of_files_can_be_named(said: str) -> None:
    assert codec_named(said) is None
    assert said_by(said.encode()) is None


def test_a_wrong_cpg_is_noticed() -> None:
    raws = [name.encode("gb18030") for name in VILLAGES]
    guess = weigh(raws, Claims(cpg=b"UTF-8"))
    assert (guess.rule, guess.said, guess.chosen.label) == ("encoding_contradicts", "UTF-8", "GBK")


def test_a_cpg_decides_what_the_bytes_leave_open() -> None:
    assert weigh(["简体".encode("gb18030")], Claims(cpg=b"GBK")).rule == "encoding_said"
    assert weigh(["русский".encode("koi8-r")], Claims(cpg=b"koi8r")).chosen.encoding == "koi8-r"


@pytest.mark.parametrize(("wrong", "right"), [("cp1252", "gb18030"), ("iso8859-1", "gb18030"), ("gb18030", "utf-8")])
def test_text_that_was_garbled_before_is_told(wrong: str, right: str) -> None:
    garbled = [name.encode(right).decode(wrong, "replace") for name in VILLAGES]
    garbled = [text for text in garbled if "\ufffd" not in text]
    assert [finding.rule for finding in garbled_findings({"名称": garbled}, "a.gpkg")] == ["text_garbled"]


def test_characters_that_were_lost_before_are_told_row_by_row() -> None:
    findings = garbled_findings({"名称": ["东关村", "锟斤拷", "??村", "\ufffd村"]}, "a.gpkg")
    assert [(finding.rule, finding.row) for finding in findings] == [
        ("text_lost", 2),
        ("text_lost", 3),
        ("text_lost", 4),
    ]


@pytest.mark.parametrize("names", [VILLAGES, TOWNS, ["Québec", "São Paulo"], ["Düsseldorf"], ["서울"], ["🏠 东关村"]])
def test_good_text_is_not_called_garbled(names: list[str]) -> None:
    assert garbled_findings({"名称": names}, "a.gpkg") == []


def table(names: list[bytes], *, field: bytes = b"NAME", width: int = 20, language_byte: int = 0) -> bytes:
    """A dBase table of one text field."""
    header = struct.pack("<4BIHH", 3, 126, 1, 1, len(names), 32 + 32 + 1, 1 + width)
    header += b"\0" * 17 + bytes([language_byte]) + b"\0\0"
    described = field[:11].ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([width, 0]) + b"\0" * 14
    return header + described + b"\r" + b"".join(b" " + name[:width].ljust(width) for name in names) + b"\x1a"


def test_an_encoding_told_wins_over_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    path.write_bytes(table([name.encode("gb18030") for name in VILLAGES]))
    layer = read([path], Options(encoding="Big5"))[0]
    assert layer.encoding is not None
    assert layer.encoding.certainty == "told"
    assert layer.columns["NAME"] != VILLAGES
    assert {finding.rule for finding in layer.findings} <= {"text_unreadable", "text_cut"}


def test_field_names_are_read_in_the_encoding_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    path.write_bytes(table([name.encode("gb18030") for name in VILLAGES], field="网格名称".encode("gb18030")))
    assert list(read([path])[0].columns) == ["网格名称"]


def test_a_field_name_cut_inside_a_character_is_told_and_still_recognised(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    cut = "网格名称名".encode()[:10]
    path.write_bytes(table([name.encode() for name in VILLAGES], field=cut))
    layer = read([path])[0]
    assert list(layer.columns) == ["网格名"]
    assert "field_name_cut" in {finding.rule for finding in layer.findings}


def test_a_name_cut_inside_a_character_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    path.write_bytes(table([name.encode("gb18030") for name in VILLAGES], width=7, language_byte=0x4D))
    layer = read([path])[0]
    assert layer.columns["NAME"][0] == "柳河社"
    assert [finding.row for finding in layer.findings if finding.rule == "text_cut"] == [1, 10]


def test_rows_in_another_encoding_than_the_rest_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    names = [name.encode("gb18030") for name in VILLAGES]
    names[3] = VILLAGES[3].encode()
    path.write_bytes(table(names))
    layer = read([path])[0]
    assert [(one.row, one.facts["other"]) for one in layer.findings if one.rule == "text_other_encoding"] == [
        (4, VILLAGES[3])
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "big5"])
def test_a_table_of_separated_values_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    names = TOWNS if encoding == "big5" else VILLAGES
    path = tmp_path / "t.csv"
    path.write_bytes(("code,name\n" + "".join(f"{n},{name}\n" for n, name in enumerate(names))).encode(encoding))
    assert read([path])[0].columns["name"] == names


def test_a_sighting_shows_both_readings(tmp_path: Path) -> None:
    path = tmp_path / "t.dbf"
    path.write_bytes(table([name.encode("gb18030") for name in VILLAGES]))
    layer = look([path]).layers[0]
    assert layer.encoding is not None
    plain = layer.encoding.to_json()
    assert plain["rule"] == "encoding_found"
    chosen, *others = [layer.encoding.chosen, *layer.encoding.alternatives]
    assert len(others) >= 1
    assert all(len(other.examples) == len(chosen.examples) for other in others)
    assert all(other.examples != chosen.examples for other in others)


def test_text_that_is_not_what_was_told_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("code,name\n1,东关村\n".encode("gb18030"))
    with pytest.raises(Unreadable, match="line 2 is not UTF-8"):
        read([path], Options(encoding="utf-8"))
