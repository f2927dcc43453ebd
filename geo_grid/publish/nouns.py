"""What can be exported: the layers, their columns and what the columns are called in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from geo_grid.phones import Holder
from geo_grid.vocabulary import FacilityLevel, Named, Role, Tier


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export.

    `zh` has at most five characters and `en` at most ten: what the header of a DBF holds. `terms` translates the codes
    in it, `spelt` names the field of a row that has the Chinese word; `personal` columns are only written when asked.
    """

    key: str
    zh: str
    en: str
    terms: type[Named] | None = None
    personal: bool = False
    spelt: str = ""

    def header(self, lang: str) -> str:
        """The column's name in a language."""
        return self.zh if lang == "zh" else self.en

    def words(self, lang: str) -> Mapping[str, str]:
        """What is written for each code of the column; English files keep the codes."""
        return {term.code: term.zh for term in self.terms} if self.terms and lang == "zh" else {}


@dataclass(frozen=True, slots=True)
class Noun:
    """One layer that can be exported; `geometry` is the shapefile type, '' for mixed ones, None for a plain table."""

    name: str
    query: str
    columns: tuple[Column, ...]
    geometry: str | None
    has_tier: bool = False
    places: tuple[str, str] = field(default=("经度", "纬度"))
    """What longitude and latitude are called in tables without shapes."""
    phones_of: Holder | None = None
    """Whose phones are sealed in it, the first column being their code."""

    @property
    def layer(self) -> str:
        """The name of the layer in a file."""
        return self.name.replace("-", "_")


_CODE = Column("code", "编码", "code")
_NAME = Column("name", "名称", "name")
_CENTRE = ("中心经度", "中心纬度")

NOUNS: tuple[Noun, ...] = (
    Noun(
        "grids",
        "export_grids",
        (
            Column("grid_code", "网格编码", "grid_code"),
            Column("grid_name", "网格名称", "grid_name"),
            Column("tier", "网格层级", "tier", Tier),
            Column("parent", "上级编码", "parent"),
        ),
        "MultiPolygon",
        has_tier=True,
        places=_CENTRE,
    ),
    Noun(
        "households",
        "export_households",
        (
            Column("household_code", "户编码", "household"),
            Column("address", "地址", "address"),
            Column("persons", "人口数", "persons"),
            Column("phone", "联系电话", "phone", personal=True),
            Column("contact", "联系人", "contact"),
        ),
        "Point",
        has_tier=True,
        phones_of=Holder.HOUSEHOLD,
    ),
    Noun(
        "risk-sites",
        "export_risk_sites",
        (_CODE, _NAME, Column("kind", "类别", "kind", spelt="kind_zh"), Column("note", "说明", "note")),
        "",
        places=_CENTRE,
    ),
    Noun(
        "workers",
        "export_workers",
        (
            Column("worker_code", "工号", "worker"),
            Column("name", "姓名", "name"),
            Column("phone", "电话", "phone", personal=True),
            Column("grid_code", "网格编码", "grid_code"),
            Column("role", "岗位", "role", Role),
            Column("since", "起始日期", "since"),
            Column("until", "截止日期", "until"),
        ),
        None,
        has_tier=True,
        phones_of=Holder.WORKER,
    ),
    Noun(
        "facilities",
        "export_facilities",
        (
            _CODE,
            _NAME,
            Column("level", "级别", "level", FacilityLevel),
            Column("address", "地址", "address"),
            Column("phone", "电话", "phone"),
        ),
        "Point",
    ),
)
