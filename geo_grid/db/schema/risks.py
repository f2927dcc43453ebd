"""The tables of risk sites and their kinds."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    text,
)

from geo_grid.db.schema.metadata import DECLARED_SRID, SCHEMA, metadata

risk_kinds = Table(
    "risk_kinds",
    metadata,
    Column("code", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False, unique=True),
    Column("zh", Text, nullable=False, server_default=text("''")),
    Column("en", Text, nullable=False, server_default=text("''")),
    Column("symbol", Text, nullable=False, server_default=text("'other'")),
    CheckConstraint("code ~ '^[A-Z][A-Z0-9_]{0,29}$'", name="code_form"),
    CheckConstraint("length(zh) <= 20 AND length(en) <= 40 AND length(symbol) <= 30", name="words"),
    comment="What a risk site is.",
)

risk_sites = Table(
    "risk_sites",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, ForeignKey(f"{SCHEMA}.risk_kinds.code"), nullable=False, index=True),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column("geom", Geometry("GEOMETRY", srid=DECLARED_SRID, spatial_index=False), nullable=False),
    CheckConstraint("code = btrim(code) AND code <> '' AND length(code) <= 40", name="code_form"),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    CheckConstraint(
        "GeometryType(geom) IN ('POINT', 'MULTIPOINT', 'LINESTRING', 'MULTILINESTRING', 'POLYGON', 'MULTIPOLYGON')",
        name="geometry_kind",
    ),
    CheckConstraint(f"NOT ST_IsEmpty(geom) AND ST_IsValid(geom) AND {SCHEMA}.on_lattice(geom)", name="sound"),
    Index("risk_sites_geom_idx", "geom", postgresql_using="gist"),
    comment="Points, lines and areas under inspection.",
)
