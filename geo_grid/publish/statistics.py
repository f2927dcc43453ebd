"""Figures of places: grids of one tier side by side, each with all that lies below it; never of persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from sqlalchemy import Connection

from geo_grid.errors import BadInput
from geo_grid.publish import store
from geo_grid.vocabulary import Tier

#: The headers of a table of figures, in the order of `PlaceFigures`.
_ZH = "网格编码 名称 面积km² 下级网格 末级网格 户数 人口 有联系人户 岗位 在岗 网格员 风险点 站点"
_EN = "code name area_km2 grids leaves households persons contacted posts filled workers risk_sites facilities"
HEADERS = {"zh": tuple(_ZH.split()), "en": tuple(_EN.split())}


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of one grid and all below it.

    `workers` counts people in a post today, each once; a risk site counts in every grid that it touches.
    """

    code: str
    name: str
    area_m2: float
    grids: int
    leaves: int
    households: int
    persons: int
    contacted: int
    posts: int
    filled: int
    workers: int
    sites: int
    facilities: int


def place_figures(conn: Connection, tier: Tier, under: str | None = None) -> list[PlaceFigures]:
    """The figures of the grids of a tier, of those below the grid `under` when it is given, by code."""
    return [PlaceFigures(**row._mapping) for row in store.statistics(conn, tier.code, under)]


def write_figures(figures: Sequence[PlaceFigures], path: Path, *, lang: str) -> None:
    """The figures as a table: CSV or XLSX by the path's ending; raises `BadInput` for another one."""
    import pandas as pd

    from geo_grid.publish import formats

    writer = formats.WRITERS.get(path.suffix.lstrip("."))
    if path.suffix not in {".csv", ".xlsx"} or writer is None:
        raise BadInput(f"a table of figures is csv or xlsx, not {path.suffix}: choose one of them")
    rows = [[getattr(one, field.name) for field in fields(one)] for one in figures]
    frame = pd.DataFrame(rows, columns=list(HEADERS[lang]))
    frame[HEADERS[lang][2]] = (frame[HEADERS[lang][2]].astype(float) / 1e6).round(4)
    writer(frame, path, "statistics")
