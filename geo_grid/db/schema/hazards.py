"""The table of hazard zones."""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, Table, Text, func, text

from geo_grid.db.schema.metadata import DECLARED_SRID, SCHEMA, metadata

hazard_zones = Table(
    "hazard_zones",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("hazard", Text, nullable=False),
    Column("signal", Text, nullable=False, server_default=text("''")),
    Column("route", Text, nullable=False, server_default=text("''")),
    Column("shelter", Text),
    Column("by", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("geom", Geometry("MULTIPOLYGON", srid=DECLARED_SRID, spatial_index=False), nullable=False),
    CheckConstraint("code = btrim(code) AND code <> '' AND length(code) <= 40", name="code_form"),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    CheckConstraint("length(signal) <= 300 AND length(route) <= 500", name="texts"),
    CheckConstraint(
        "hazard IN ('FLASH_FLOOD', 'LANDSLIDE', 'DEBRIS_FLOW', 'COLLAPSE', 'FLOOD', 'FIRE', 'OTHER')", name="hazard"
    ),
    CheckConstraint(f"NOT ST_IsEmpty(geom) AND ST_IsValid(geom) AND {SCHEMA}.on_lattice(geom)", name="sound"),
    Index("hazard_zones_geom_idx", "geom", postgresql_using="gist"),
    comment="Areas whose households are threatened, with the signal, the way out and the shelter.",
)
