"""Columns are found by their names and by what stands in them, each with a reason; what is settled can be kept."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_grid.errors import BadInput
from geo_grid.intake import FieldGuess, FieldMap, Layer, Options
from geo_grid.intake.field_guess import Known, guess_fields
from geo_grid.intake.field_names import KNOWN, Noun
from geo_grid.intake.fields import field_map, noun_of
from geo_grid.intake.layer_guess import guess_layer
from geo_grid.vocabulary import Tier


def table(**columns: list[str]) -> Layer:
    """A layer of small boxes with these columns."""
    rows = len(next(iter(columns.values())))
    shapes = np.array([shapely.box(row, 0, row + 1, 1) for row in range(rows)])
    return Layer("a.zip", "a", columns, shapes, crs="EPSG:4546")


def guess(noun: Noun = Noun.GRIDS, known: Known | None = None, **columns: list[str]) -> FieldGuess:
    """The guess for a layer with these columns."""
    return guess_fields(table(**columns), noun, {}, known or Known())


def why(guess: FieldGuess, ours: str) -> tuple[str | None, str, str]:
    """The column of one of our fields, how certain it is and by which rule."""
    choice = next(choice for choice in guess.choices if choice.ours == ours)
    return choice.column, choice.certainty, choice.rule


def test_every_name_we_know_is_found_whole_and_cut_at_ten_bytes() -> None:
    for noun, fields in KNOWN.items():
        for ours, names in fields.items():
            for name in names:
                for codec in ("gb18030", "utf-8"):
                    cut = name.encode(codec)[:10].decode(codec, "ignore")
                    found = field_map(table(**{cut.upper(): ["x"]}), noun, {})
                    assert cut.upper() in found.values(), (noun, ours, name)


def test_pinyin_letters_are_names_too() -> None:
    found = guess(WGBM=["1", "2"], WGMC=["甲", "乙"], SJBM=["9", "9"], WGCJ=["微网格", "微网格"])
    assert found.columns == {"code": "WGBM", "name": "WGMC", "parent": "SJBM", "tier": "WGCJ"}
    assert found.tier is Tier.MICRO


def test_codes_that_nest_show_code_and_parent() -> None:
    found = guess(
        COUNTYCODE=["64000", "64000", "65000"],
        TOWNCODE=["64000130", "64000130", "65000010"],
        VILLCODE=["64000130006", "64000130001", "65000010002"],
        COUNTYNAME=["高雄市", "高雄市", "新北市"],
        VILLNAME=["中門里", "溪州里", "留侯里"],
        VILLENG=["Zhongmen Vil.", "Xizhou Vil.", "Liuhou Vil."],
    )
    assert why(found, "code") == ("VILLCODE", "likely", "nests")
    assert why(found, "parent") == ("TOWNCODE", "likely", "begins")
    assert why(found, "name") == ("VILLNAME", "likely", "same_stem")
    assert found.choices[0].reason == "every value begins with the code in TOWNCODE"
    assert set(found.unused) == {"COUNTYCODE", "COUNTYNAME", "VILLENG"}


def test_a_column_that_only_numbers_rows_is_no_code() -> None:
    found = guess(OBJECTID=["1", "2", "3"], GEOID10=["440070022002009", "440070022002010", "440070022003001"])
    assert found.columns["code"] == "GEOID10"
    assert why(guess(FID_1=["0", "1", "2"], NAME=["a", "b", "c"]), "code")[0] is None


def test_what_stands_in_the_county_shows_the_columns() -> None:
    known = Known(frozenset({"V-1", "V-2"}), frozenset({"西村", "东村"}))
    found = guess(known=known, A1=["V-1", "V-2"], B1=["x", "y"], C1=["西村", "东村"])
    assert why(found, "code") == ("A1", "likely", "names_net")
    assert why(found, "name") == ("C1", "likely", "net_names")


def test_values_show_telephones_coordinates_and_addresses() -> None:
    found = guess(
        Noun.HOUSEHOLDS,
        f1=["13800000001", "0351-1234567"],
        f2=["111.2345", "111.3"],
        f3=["36.1", "36.2345"],
        f4=["西村一组3号", "东村二组5号"],
    )
    assert {ours: why(found, ours)[:2] for ours in ("phone", "x", "y", "address")} == {
        "phone": ("f1", "likely"),
        "x": ("f2", "unsure"),
        "y": ("f3", "unsure"),
        "address": ("f4", "likely"),
    }


def test_what_is_unsure_is_shown_and_not_used() -> None:
    found = guess(JOINID=["P3206", "P3207", "P3299"], X=["a", "a", "a"])
    assert why(found, "code") == ("JOINID", "unsure", "unique")
    assert "code" not in found.taken


def test_what_the_user_says_goes_before_every_guess() -> None:
    layer = table(VILLCODE=["101", "102"], other=["A1", "A2"])
    found = guess_fields(layer, Noun.GRIDS, {"code": "other"})
    assert why(found, "code") == ("other", "told", "told")


def test_polygons_with_codes_are_grids_whatever_their_columns_are_called() -> None:
    layer = table(ADM2_PCODE=["BD3026", "BD3027"], ADM2_NAME=["Dhaka", "Gazipur"])
    assert noun_of(layer, None, has_tier=False, chosen={}) is Noun.GRIDS
    assert guess_layer(layer, Options(tier=Tier.TOTAL), None).tier is Tier.TOTAL
    assert guess_layer(table(zz=["", ""]), Options(), None).noun is None


def test_a_field_map_is_kept_as_json_and_fits_files_with_its_columns() -> None:
    kept = FieldMap("grids", {"code": "WGBM", "name": "WGMC"}, Tier.MICRO, "旧网格")
    assert FieldMap.from_json(kept.to_json()) == kept
    assert kept.fits({"WGBM": [], "WGMC": [], "X": []})
    assert not kept.fits({"WGBM": []})
    with pytest.raises(BadInput, match="no field map"):
        FieldMap.from_json({"noun": "grids", "columns": None})
