"""The table of households: address points and nothing more."""

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
)

from geo_grid.db.schema.metadata import DECLARED_SRID, SCHEMA, metadata

households = Table(
    "households",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("persons", SmallInteger),
    Column("phone", Text),
    Column("point", Geometry("POINT", srid=DECLARED_SRID, spatial_index=False), nullable=False),
    # Refers to grids.id; db/sql/doors.sql holds it for whole statements, in a tenth of a foreign key's time.
    Column("grid_id", BigInteger, nullable=False, index=True),
    Column("contact_id", BigInteger, ForeignKey(f"{SCHEMA}.workers.id"), index=True),
    CheckConstraint("code = btrim(code) AND code <> '' AND length(code) <= 60", name="code_form"),
    CheckConstraint("length(address) <= 300", name="address_form"),
    CheckConstraint("persons BETWEEN 0 AND 99", name="persons_range"),
    CheckConstraint(f"{SCHEMA}.on_lattice(point)", name="lattice"),
    Index("households_point_idx", "point", postgresql_using="gist"),
    comment="Address points, each with the one grid whose own ground holds it and the worker who is its contact.",
)
