"""The rows of an export as a table, with or without shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Row

from geo_grid.publish.nouns import Column, Noun

#: Decimals of degrees in tables: 0.1 mm, a tenth of the lattice.
DEGREE_DECIMALS = 9


def table(rows: Sequence[Row[Any]], columns: Sequence[Column], lang: str) -> pd.DataFrame:
    """The rows under their headers, codes written as words; no shapes."""
    return pd.DataFrame(
        {column.header(lang): _values(rows, column, lang) for column in columns},
        columns=[column.header(lang) for column in columns],
    )


def _values(rows: Sequence[Row[Any]], column: Column, lang: str) -> pd.Series[Any]:
    """One column of the rows."""
    words = column.words(lang)
    field = column.spelt if column.spelt and lang == "zh" else column.key
    place = rows[0]._fields.index(field) if rows else 0
    values = [words.get(row[place], row[place]) for row in rows]
    return pd.Series(values, dtype="Int64" if column.key == "persons" else "object")


def shaped(rows: Sequence[Row[Any]], columns: Sequence[Column], lang: str, srid: int) -> geopandas.GeoDataFrame:
    """The rows as features in the county's CRS, every coordinate as it is stored."""
    return geopandas.GeoDataFrame(table(rows, columns, lang), geometry=_shapes(rows), crs=srid)


def placed(rows: Sequence[Row[Any]], columns: Sequence[Column], lang: str, noun: Noun, srid: int) -> pd.DataFrame:
    """The rows as a plain table with the longitude and latitude of each point, or of a place on each shape."""
    frame = table(rows, columns, lang)
    places = geopandas.GeoSeries(shapely.point_on_surface(_shapes(rows)), crs=srid).to_crs(4326)
    for header, degrees in zip(noun.places, (places.x, places.y), strict=True):
        frame[header] = np.round(degrees.to_numpy(), DEGREE_DECIMALS)
    return frame


def _shapes(rows: Sequence[Row[Any]]) -> Any:
    """The geometries of the rows."""
    return shapely.from_wkb(np.array([bytes(row.shape) for row in rows], dtype=object))
