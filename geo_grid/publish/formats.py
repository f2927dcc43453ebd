"""How a table of features becomes files of each format."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd
from geopandas import GeoDataFrame

from geo_grid.errors import Refused

#: What makes a spreadsheet take text for a formula (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: The same behind apostrophes, which get one more so that none is lost when the importer takes one away.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
#: The longest text a DBF field holds, in bytes.
DBF_BYTES = 254
GEOJSON_DECIMALS = 10
#: The types of columns that hold text, as pandas 3 names them.
TEXTS: Final = ("object", "str")
SHAPEFILE_TYPES = {"points": ("Point", "MultiPoint"), "lines": ("LineString", "MultiLineString"), "areas": ()}
XLSX_MOST_ROWS = 1_048_575


class TextTooLong(Refused):
    """A shapefile cannot hold a text of the data."""

    def __init__(self, header: str, longest: int) -> None:
        super().__init__(
            f"a text in {header} takes {longest} bytes, more than the {DBF_BYTES} a shapefile holds: export to gpkg"
        )


def write_gpkg(frame: pd.DataFrame, path: Path, layer: str) -> tuple[str, ...]:
    """A GeoPackage with one layer, or one plain table."""
    import pyogrio

    geometry = _geometry_type(frame) if isinstance(frame, GeoDataFrame) else None
    pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", geometry_type=geometry)
    return (layer,)


def write_geojson(frame: GeoDataFrame, path: Path, layer: str) -> tuple[str, ...]:
    """GeoJSON as RFC 7946 wants it: longitude and latitude, outer rings anticlockwise.

    Written without GDAL, which takes runs of 0 or 9 among the decimals for noise and cuts them off (seen in 3.12: two
    vertices of a county moved by a millimetre).
    """
    import shapely

    degrees = frame.to_crs(4326)
    shapes = shapely.transform(degrees.geometry.to_numpy(), lambda xy: xy.round(GEOJSON_DECIMALS))
    degrees = degrees.set_geometry(shapely.orient_polygons(shapes)).set_crs(None, allow_override=True)
    path.write_text(degrees.to_json(drop_id=True, ensure_ascii=False), encoding="utf-8")
    return (layer,)


def write_parquet(frame: pd.DataFrame, path: Path, layer: str) -> tuple[str, ...]:
    """GeoParquet, or plain Parquet for a table without shapes."""
    frame.to_parquet(path, index=False)
    return (layer,)


def write_csv(frame: pd.DataFrame, path: Path, layer: str) -> tuple[str, ...]:
    """CSV that Excel opens with its Chinese intact; an apostrophe keeps a text from being taken for a formula."""
    frame = frame.copy()
    for header in frame.select_dtypes([*TEXTS]):
        frame[header] = frame[header].map(_disarmed)
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return (layer,)


def _disarmed(value: Any) -> Any:
    """The value; a text that opens like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def write_xlsx(frame: pd.DataFrame, path: Path, layer: str) -> tuple[str, ...]:
    """One sheet; texts are stored as texts, and marked so that Excel keeps them from becoming formulas."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(frame) > XLSX_MOST_ROWS:
        raise Refused(f"{len(frame)} rows are more than a sheet holds: export to csv")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(layer)
    sheet.freeze_panes = "A2"
    sheet.append(list(frame.columns))
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False):
        cells: list[Any] = []
        for value in row:
            if not isinstance(value, str):
                cells.append(value)
                continue
            cell = WriteOnlyCell(sheet, value="")
            cell._value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", value), "s"
            cell.quotePrefix = value.startswith(FORMULA_SIGNS)
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
    return (layer,)


def write_shapefiles(frame: GeoDataFrame, folder: Path, layer: str, *, mixed: bool) -> tuple[str, ...]:
    """One shapefile, or one for each kind of geometry; gives the layers' names.

    Text is GBK with a .cpg that says so; the caller chose headers that DBF holds. Raises `TextTooLong`.
    """
    parts = _by_kind(frame, layer) if mixed else {layer: frame}
    for name, part in parts.items():
        _write_shapefile(part, folder / f"{name}.shp")
    return tuple(parts)


def _by_kind(frame: GeoDataFrame, layer: str) -> dict[str, GeoDataFrame]:
    """The features by kind of geometry, kinds without any left out."""
    kinds = frame.geom_type
    points = kinds.isin(SHAPEFILE_TYPES["points"])
    lines = kinds.isin(SHAPEFILE_TYPES["lines"])
    parts = {
        f"{layer}_points": frame[points],
        f"{layer}_lines": frame[lines],
        f"{layer}_areas": frame[~points & ~lines],
    }
    return {name: part for name, part in parts.items() if len(part)} or {f"{layer}_points": frame}


def _write_shapefile(frame: GeoDataFrame, path: Path) -> None:
    """One shapefile with its companions."""
    import pyogrio

    encoding = "GBK" if fits_gbk(frame) else "UTF-8"
    for header in frame.select_dtypes([*TEXTS]):
        longest = max((len(text.encode(encoding)) for text in frame[header].dropna()), default=0)
        if longest > DBF_BYTES:
            raise TextTooLong(header, longest)
    pyogrio.write_dataframe(
        frame, path, driver="ESRI Shapefile", geometry_type=_geometry_type(frame), encoding=encoding
    )


def fits_gbk(frame: pd.DataFrame) -> bool:
    """Whether every text can be written in GBK."""
    try:
        for header in frame.select_dtypes([*TEXTS]):
            "".join(text for text in frame[header].dropna() if isinstance(text, str)).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _geometry_type(frame: GeoDataFrame) -> str:
    """The one OGR type that holds every shape of the frame."""
    kinds = {kind.removeprefix("Multi") for kind in frame.geom_type.dropna()}
    if len(kinds) != 1:
        return "Unknown"
    (kind,) = kinds
    several = any(found.startswith("Multi") for found in frame.geom_type.dropna())
    return f"Multi{kind}" if several else kind


def write_zipped_shapefiles(frame: GeoDataFrame, path: Path, layer: str, *, mixed: bool) -> tuple[str, ...]:
    """The shapefiles of `write_shapefiles`, packed side by side into one archive."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        layers = write_shapefiles(frame, Path(folder), layer, mixed=mixed)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for file in sorted(Path(folder).iterdir()):
                packed.write(file, file.name)
    return layers


Writer = Callable[[Any, Path, str], tuple[str, ...]]
#: The formats that are one file each; each writer takes the table, the path and the layer's name.
WRITERS: dict[str, Writer] = {
    "gpkg": write_gpkg,
    "geojson": write_geojson,
    "parquet": write_parquet,
    "csv": write_csv,
    "xlsx": write_xlsx,
}
