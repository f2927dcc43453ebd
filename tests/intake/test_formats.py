"""GeoPackages, GeoJSON, archives, tables and shapefiles made to hang, swell or mislead the reader."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_grid.intake import Unreadable, look, read
from tests.intake import mutants, town

VIEW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, geom FROM n, grids"


def changed_package(folder: Path, *statements: str) -> Path:
    """A GeoPackage of the town on which statements were run."""
    path = town.write(town.grids(), folder, "grids", "gpkg")
    with closing(sqlite3.connect(path)) as package, package:
        triggers = package.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            package.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            package.execute(statement)
    return path


PACKAGES: dict[str, tuple[list[str], str]] = {
    "a layer that is a view without end": (
        [
            f"CREATE VIEW endless AS {VIEW}",
            "UPDATE gpkg_geometry_columns SET table_name = 'endless'",
            "UPDATE gpkg_contents SET table_name = 'endless'",
        ],
        "views",
    ),
    "a directory that is a view without end": (
        ["ALTER TABLE gpkg_contents RENAME TO held", f"CREATE VIEW gpkg_contents AS {VIEW}"],
        "not a GeoPackage",
    ),
    "a computed column that swells": (
        ["ALTER TABLE grids ADD COLUMN swollen GENERATED ALWAYS AS (zeroblob(1000000000)) VIRTUAL"],
        "computed columns",
    ),
    "a layer that is a virtual table": (
        [
            "CREATE VIRTUAL TABLE lure USING rtree(id, w, e, s, n)",
            "UPDATE gpkg_geometry_columns SET table_name = 'lure'",
            "UPDATE gpkg_contents SET table_name = 'lure'",
        ],
        "views",
    ),
    "no layer": (["DELETE FROM gpkg_contents"], "no layer"),
    "a geometry column that is not there": (["UPDATE gpkg_geometry_columns SET column_name = 'x'"], "no geometry"),
}


@pytest.mark.parametrize("case", PACKAGES)
def test_a_geopackage_made_to_mislead_is_refused(tmp_path: Path, case: str) -> None:
    statements, words = PACKAGES[case]
    with pytest.raises(Unreadable, match=words):
        read([changed_package(tmp_path, *statements)])


def test_a_geopackage_with_triggers_is_read_and_left_as_it_was(tmp_path: Path) -> None:
    path = changed_package(tmp_path, "CREATE TRIGGER spring AFTER INSERT ON grids BEGIN DELETE FROM gpkg_contents; END")
    before = path.read_bytes()
    assert len(read([path])[0]) == 9
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_geopackage_that_another_program_writes_to_is_refused(tmp_path: Path) -> None:
    path = town.write(town.grids(), tmp_path, "grids", "gpkg")
    path.with_name("grids.gpkg-wal").write_bytes(b"changes that are not in the file yet")
    with pytest.raises(Unreadable, match="close it"):
        read([path])


def feature_collection(*geometries: object, **properties: object) -> dict[str, object]:
    """A FeatureCollection of geometries, each with the same properties."""
    features = [{"type": "Feature", "properties": properties, "geometry": one} for one in geometries]
    return {"type": "FeatureCollection", "features": features}


NOT_GEOJSON: dict[str, str] = {
    "nested without end": '{"type": "FeatureCollection", "features": ' + "[" * 200_000,
    "a number of a million digits": json.dumps(feature_collection(code=0)).replace("0", "9" * 1_000_000),
    "a list": "[1, 2]",
    "null": "null",
    "topology": '{"type": "Topology", "objects": {}}',
    "a bare geometry": '{"type": "Point", "coordinates": [1, 2]}',
    "features that are none": '{"type": "FeatureCollection", "features": [1, null]}',
    "no features": '{"type": "FeatureCollection", "features": []}',
    "a CRS of no name": json.dumps({**feature_collection(None), "crs": {"type": "name", "properties": [1]}}),
}


@pytest.mark.parametrize("case", NOT_GEOJSON)
def test_what_is_no_geojson_is_refused(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(NOT_GEOJSON[case])
    with pytest.raises(Unreadable):
        read([path])


BROKEN_SHAPES: dict[str, object] = {
    "a number too large": {"type": "Point", "coordinates": [1e300, 2]},
    "an integer too large": {"type": "Point", "coordinates": [10**400, 2]},
    "a text for a number": {"type": "Point", "coordinates": ["a", 2]},
    "one number": {"type": "Point", "coordinates": [1]},
    "no coordinates": {"type": "Polygon"},
    "nothing inside": {"type": "Polygon", "coordinates": []},
    "a ring of two": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
    "a ring that is open": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
    "nested too deep": {"type": "Polygon", "coordinates": [[[[[0, 0]]]]]},
    "a collection": {"type": "GeometryCollection", "geometries": []},
    "a type that is a list": {"type": [], "coordinates": [1, 2]},
    "a text": "POINT (1 2)",
}


@pytest.mark.parametrize("case", BROKEN_SHAPES)
def test_a_geojson_shape_that_cannot_be_is_told_with_its_row(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.geojson"
    good = {"type": "Point", "coordinates": [112.5, 35.1]}
    path.write_text(json.dumps(feature_collection(good, BROKEN_SHAPES[case], good, name="东关村")))
    layer = read([path])[0]
    assert len(layer) == 3
    assert list(layer.broken) == [2]
    assert [finding.row for finding in look([path]).layers[0].findings] == [2]


def test_geojson_may_hold_half_characters_and_zero_bytes_and_both_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        json.dumps(feature_collection({"type": "Point", "coordinates": [1, 2]}, a="\ud800x", b="y\x00z")),
        encoding="ascii",
    )
    layer = read([path])[0]
    assert layer.columns == {"a": ["\ufffdx"], "b": ["y\ufffdz"]}
    assert {finding.rule for finding in layer.findings} == {"text_lost"}


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as written:
        for name, content in entries:
            written.writestr(name, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def grid_parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a sound shapefile of grids."""
    return mutants.parts(town.grids(), tmp_path_factory.mktemp("grids") / "parts")


def long_directory(_: dict[str, bytes]) -> bytes:
    """An archive whose end record promises a directory of a gigabyte."""
    content = bytearray(archive(("a.shp", b"")))
    struct.pack_into("<I", content, len(content) - 10, 1 << 30)
    return bytes(content)


ARCHIVES: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "packed by a method that chooses its memory": (lambda p: mutants.packed(p, zipfile.ZIP_LZMA), "method"),
    "an endless directory": (long_directory, "too many entries"),
    "another archive inside": (lambda p: archive(("b.zip", mutants.packed(p))), "the one inside"),
    "another format inside": (lambda _: archive(("grids.gpkg", b"x")), "only shapefiles"),
    "an entry without a name": (lambda p: mutants.packed(p).replace(b"layer.cpg", b"\x00ayer.cpg"), "damaged"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_an_archive_against_the_rules_is_refused(grid_parts: dict[str, bytes], tmp_path: Path, case: str) -> None:
    make, words = ARCHIVES[case]
    path = tmp_path / "a.zip"
    path.write_bytes(make(grid_parts))
    with pytest.raises(Unreadable, match=words):
        read([path])


def test_a_layer_beside_a_shapefile_in_an_archive_is_not_passed_over_in_silence(
    grid_parts: dict[str, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(archive(*((f"a{end}", content) for end, content in grid_parts.items()), ("more.gpkg", b"x")))
    assert [finding.facts for finding in read([path])[0].findings] == [{"files": "more.gpkg"}]


def test_an_honest_layer_of_points_that_packs_small_passes(tmp_path: Path) -> None:
    frame = town.households()
    many = frame.iloc[np.zeros(40_000, dtype=int)].reset_index(drop=True)
    parts = mutants.parts(many, tmp_path / "parts")
    path = tmp_path / "doors.zip"
    path.write_bytes(mutants.packed(parts))
    assert sum(map(len, parts.values())) > 12 * path.stat().st_size
    assert len(read([path])[0]) == 40_000


def workbook(sheet: str, strings: str = "") -> bytes:
    """An XLSX file of one sheet, as little of it as is read."""
    kinds = "http://schemas.openxmlformats.org"
    main = f'xmlns="{kinds}/spreadsheetml/2006/main"'
    relations = f"{kinds}/officeDocument/2006/relationships"
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{relations}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate((("worksheet", "worksheets/s.xml"), ("sharedStrings", "sharedStrings.xml")))
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{relations}"><sheets><sheet name="s" sheetId="1" r:id="r0"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kinds}/package/2006/relationships">{targets}'
        "</Relationships>",
        "xl/sharedStrings.xml": f"<sst {main}>{strings}</sst>",
        "xl/worksheets/s.xml": f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
    }
    return archive(*((name, f'<?xml version="1.0"?>{text}'.encode()) for name, text in files.items()))


WORKBOOKS: dict[str, tuple[str, str, str]] = {
    "two cells at the far corners": (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "",
        "more cells",
    ),
    "a text longer than a cell holds": (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        f"<si><t>{'a' * 1_000_000}</t></si>",
        "longer than a cell",
    ),
    "a long text used everywhere": (
        "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 40_001)),
        f"<si><t>{'a' * 32_000}</t></si>",
        "its texts together",
    ),
}


@pytest.mark.parametrize("case", WORKBOOKS)
def test_a_workbook_that_unfolds_beyond_measure_is_refused(tmp_path: Path, case: str) -> None:
    sheet, strings, words = WORKBOOKS[case]
    path = tmp_path / "w.xlsx"
    path.write_bytes(workbook(sheet, strings))
    with pytest.raises(Unreadable, match=words):
        read([path])


def test_rows_of_more_values_than_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("code,address\n1,东关村1号\n\n2,东关村,2号\n3,东关村3号\n", encoding="utf-8")
    layer = read([path])[0]
    assert [(finding.rule, finding.row) for finding in layer.findings if finding.row] == [("row_longer", 3)]
    assert [layer.where(row) for row in range(3)] == ["a.csv row 1", "a.csv row 3", "a.csv row 4"]


@pytest.mark.parametrize(
    ("text", "words"),
    [('code,name\n1,"东关村\n2,西营村\n', "comma-separated"), ("code,name\n1,a\x00b\n", "zero bytes")],
)
def test_a_table_that_cannot_be_taken_apart_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=words):
        read([path])


def with_shp(parts: dict[str, bytes], folder: Path, **changed: bytes) -> Path:
    """The shapefile with parts changed, as a zip."""
    path = folder / "a.zip"
    path.write_bytes(mutants.packed(parts | {f".{ending}": content for ending, content in changed.items()}))
    return path


def test_a_shape_edited_in_place_is_found_where_the_index_says(grid_parts: dict[str, bytes], tmp_path: Path) -> None:
    shp, shx = bytearray(grid_parts[".shp"]), bytearray(grid_parts[".shx"])
    at, words = struct.unpack_from(">ii", shx, 100)
    record = shp[2 * at : 2 * at + 8 + 2 * words]
    struct.pack_into(">ii", shx, 100, len(shp) // 2, words)
    shp += record
    struct.pack_into(">i", shp, 24, len(shp) // 2)
    layer = read([with_shp(grid_parts, tmp_path, shp=bytes(shp), shx=bytes(shx))])[0]
    assert [finding.rule for finding in layer.findings] == ["shx_orphans"]
    sound = read([with_shp(grid_parts, tmp_path)])[0]
    assert shapely.equals_exact(layer.shapes(), sound.shapes()).all()


def test_an_index_in_another_order_is_an_error_that_says_so(grid_parts: dict[str, bytes], tmp_path: Path) -> None:
    shx = grid_parts[".shx"]
    entries = [shx[at : at + 8] for at in range(100, len(shx), 8)]
    layer = read([with_shp(grid_parts, tmp_path, shx=shx[:100] + b"".join(reversed(entries)))])[0]
    assert [(finding.rule, finding.severity) for finding in layer.findings] == [("shx_shuffled", "error")]


def test_a_table_alone_is_read_where_no_places_are_needed(grid_parts: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "workers.dbf"
    path.write_bytes(grid_parts[".dbf"])
    layer = read([tmp_path])[0]
    assert (len(layer), layer.has_places) == (9, False)
