"""Which collections of features leave the database, and what the features of each tell."""

from __future__ import annotations

from dataclasses import dataclass

from geo_grid.errors import NotFound

TEXT, WHOLE, MOMENT = "string", "integer", "date-time"


@dataclass(frozen=True, slots=True)
class Property:
    """What features tell under a name; `is_asked` when they can be chosen by it."""

    name: str
    kind: str
    zh: str
    en: str
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """Features of one kind; `query` is that of db/sql/queries. Of dated ones a moment or a time can be asked for."""

    name: str
    query: str
    zh: str
    en: str
    properties: tuple[Property, ...]
    is_dated: bool = False

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of the properties that features can be chosen by."""
        return tuple(one.name for one in self.properties if one.is_asked)


class UnknownCollection(NotFound):
    """A collection that does not exist."""

    def __init__(self, name: str) -> None:
        known = ", ".join(one.name for one in COLLECTIONS)
        self.say("there is no collection %(name)s: choose one of %(known)s", name=repr(name[:60]), known=known)


_CODE = Property("code", TEXT, "编码", "code")
_NAME = Property("name", TEXT, "名称", "name")
_ADDRESS = Property("address", TEXT, "地址", "address")

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "grids",
        "features_grids",
        "网格",
        "Grids",
        (
            _CODE,
            _NAME,
            Property("tier", TEXT, "层级", "tier", is_asked=True),
            Property("parent", TEXT, "上级网格", "grid above", is_asked=True),
            Property("since", MOMENT, "生效时间", "in force since"),
            Property("until", MOMENT, "失效时间", "in force until"),
        ),
        is_dated=True,
    ),
    Collection(
        "households",
        "features_households",
        "户",
        "Households",
        (
            _CODE,
            _ADDRESS,
            Property("persons", WHOLE, "人口数", "persons"),
            Property("grid", TEXT, "所在网格", "grid", is_asked=True),
            Property("contact", TEXT, "联系人工号", "code of the contact", is_asked=True),
        ),
    ),
    Collection(
        "risk-sites",
        "features_risk_sites",
        "风险点",
        "Risk sites",
        (_CODE, _NAME, Property("kind", TEXT, "类别", "kind", is_asked=True), Property("note", TEXT, "说明", "note")),
    ),
    Collection(
        "facilities",
        "features_facilities",
        "服务中心/站点",
        "Service centres, stations and points",
        (_CODE, _NAME, Property("level", TEXT, "级别", "level", is_asked=True), _ADDRESS),
    ),
    Collection(
        "hazard-zones",
        "features_hazard_zones",
        "风险区",
        "Hazard zones",
        (
            _CODE,
            _NAME,
            Property("hazard", TEXT, "灾害种类", "hazard", is_asked=True),
            Property("signal", TEXT, "预警信号", "warning signal"),
            Property("route", TEXT, "撤离路线", "way out"),
            Property("shelter", TEXT, "安置点", "shelter"),
        ),
    ),
)


def collection(name: str) -> Collection:
    """The collection of that name; raises `UnknownCollection`."""
    found = next((one for one in COLLECTIONS if one.name == name), None)
    if found is None:
        raise UnknownCollection(name)
    return found
