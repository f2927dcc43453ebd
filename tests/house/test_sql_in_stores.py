"""SQL lives in store.py files and in geo_grid/db alone, and a store serves its own package."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.house.sources import ROOT, Source, program

#: What a statement begins with; in capitals, as we write SQL.
VERBS = "SELECT|WITH|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|TRUNCATE|COPY|GRANT|REVOKE|LOCK|SET"
STATEMENT = re.compile(rf"\s*({VERBS})\s+[\w\"*({{.]+")
#: Calls that send a statement, whatever it was built from.
SENDING = {
    "execute",
    "executemany",
    "exec_driver_sql",
    "scalar_one",
    "scalars",
    "copy_expert",
    "cursor",
    "mogrify",
}
#: What a module outside the stores may know of SQLAlchemy: whom to pass on, and what went wrong.
PASSED_ON = {
    "sqlalchemy.Connection",
    "sqlalchemy.Engine",
    "sqlalchemy.Row",
    "sqlalchemy.engine.Connection",
    "sqlalchemy.engine.Engine",
}
#: The cluster makes its database before there is one to connect to; a GeoPackage is a file that speaks SQLite's SQL.
EXCEPTIONS = {"geo_grid/cluster/birth.py", "geo_grid/intake/geopackage.py"}


#: A place for a parameter, as SQLAlchemy finds it and as the driver does: both look into comments and quotes too.
PARAMETER = re.compile(r"(?<![:\w\\]):[a-zA-Z_]\w*(?!:)|%s|%\(\w+\)s")
#: Where a value would stand in the midst of other text: comments, and texts in quotes.
NO_PLACE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)


def outside_stores() -> Iterator[Source]:
    """Every file that must not speak SQL."""
    for source in program():
        is_store = source.path.name == "store.py" or source.name.startswith("geo_grid/db/")
        if not is_store and source.name not in EXCEPTIONS:
            yield source


def test_no_statement_is_written_outside_a_store() -> None:
    assert [f"{s.name}: {text[:60]!r}" for s in outside_stores() for text in s.texts() if STATEMENT.match(text)] == []


def test_no_statement_is_sent_from_outside_a_store() -> None:
    assert [f"{s.name}: {call}" for s in outside_stores() for call in s.calls() if call in SENDING] == []


def test_outside_the_stores_sqlalchemy_is_only_passed_on() -> None:
    known = [f"{s.name}: {name}" for s in outside_stores() for name in s.imports() if name.startswith("sqlalchemy")]
    assert [line for line in known if line.split(": ")[1] not in PASSED_ON and ".exc." not in line] == []


def test_a_store_is_imported_by_its_own_package_only() -> None:
    strangers = [
        f"{source.name} imports {name}"
        for source in program()
        for name in source.imports()
        if (store := re.match(r"(geo_grid(?:\.\w+)*)\.store(\.|$)", name)) and source.package != store.group(1)
    ]
    assert strangers == []


def test_a_store_never_commits() -> None:
    stores = [source for source in program() if source.path.name == "store.py"]
    assert [s.name for s in stores if {"commit", "rollback", "begin"} & set(s.calls())] == []


def statements() -> Iterator[tuple[str, str]]:
    """Every statement of the program with the file it stands in."""
    for path in sorted((ROOT / "geo_grid" / "db" / "sql" / "queries").glob("*.sql")):
        yield path.name, path.read_text(encoding="utf-8")
    for source in program():
        yield from ((source.name, text) for text in source.texts() if STATEMENT.match(text) or "\n--" in text)


def test_no_parameter_stands_in_a_comment_or_in_quotes() -> None:
    """The driver fills it in there too, and a value with a line break or a quote of its own would end what it is in."""
    places = [
        f"{name}: {place[:60]}"
        for name, said in statements()
        for place in NO_PLACE.findall(said)
        if PARAMETER.search(place)
    ]
    assert places == []


def test_a_parameter_in_a_comment_would_be_found() -> None:
    """Else the test above would prove nothing."""
    assert PARAMETER.search(NO_PLACE.findall("-- of :under\nSELECT 1")[0])
    assert PARAMETER.search(NO_PLACE.findall("SELECT 'so :most it'")[0])
    assert not PARAMETER.search(NO_PLACE.findall("SELECT '12:30', 1::text")[0])
