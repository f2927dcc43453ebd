"""The tables of service facilities and their levels."""

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

facility_levels = Table(
    "facility_levels",
    metadata,
    Column("code", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False, unique=True),
    comment="The tiers of service centres.",
)

facilities = Table(
    "facilities",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("level", Text, ForeignKey(f"{SCHEMA}.facility_levels.code"), nullable=False, index=True),
    Column("address", Text, nullable=False, server_default=text("''")),
    Column("phone", Text),
    Column("point", Geometry("POINT", srid=DECLARED_SRID, spatial_index=False), nullable=False),
    CheckConstraint("code = btrim(code) AND code <> '' AND length(code) <= 40", name="code_form"),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    CheckConstraint(f"{SCHEMA}.on_lattice(point)", name="lattice"),
    Index("facilities_point_idx", "point", postgresql_using="gist"),
    comment="Service centres, stations and points.",
)
