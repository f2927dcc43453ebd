"""The tables of the county, its tiers, its grids with their dated versions, and their lineage."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

from geo_grid.db.schema.metadata import DECLARED_SRID, SCHEMA, metadata


def _ground() -> Geometry:
    """The type of a column of areas; each its own, as GeoAlchemy2 0.20 notes nullability in it."""
    return Geometry("MULTIPOLYGON", srid=DECLARED_SRID, spatial_index=False)


county = Table(
    "county",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("srid", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False, server_default=text("0")),
    Column("geom", _ground()),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint(f"{SCHEMA}.on_lattice(geom)", name="lattice"),
    comment="The one county of this database: its name, its outline and its CRS.",
)

tiers = Table(
    "tiers",
    metadata,
    Column("code", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False, unique=True),
    Column("letter", Text, nullable=False),
    Column("is_leaf", Boolean, nullable=False),
    UniqueConstraint("code", "rank"),
    comment="The tiers of the net, widest first.",
)

tier_rules = Table(
    "tier_rules",
    metadata,
    Column("parent_tier", Text, primary_key=True),
    Column("parent_rank", SmallInteger, nullable=False),
    Column("tier", Text, primary_key=True),
    Column("rank", SmallInteger, nullable=False),
    ForeignKeyConstraint(["parent_tier", "parent_rank"], [f"{SCHEMA}.tiers.code", f"{SCHEMA}.tiers.rank"]),
    ForeignKeyConstraint(["tier", "rank"], [f"{SCHEMA}.tiers.code", f"{SCHEMA}.tiers.rank"]),
    CheckConstraint("parent_rank < rank", name="parent_is_wider"),
    comment="Which tiers may lie directly in which.",
)

grids = Table(
    "grids",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("tier", Text, ForeignKey(f"{SCHEMA}.tiers.code"), nullable=False),
    Column("retired_at", DateTime(timezone=True)),
    Column("revision", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("id", "tier"),
    CheckConstraint("code ~ '^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$'", name="code_form"),
    comment="The identity of a grid: its id outlives its code's meaning, and its code is never given again.",
)

grid_versions = Table(
    "grid_versions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("grid_id", BigInteger, nullable=False),
    Column("tier", Text, nullable=False),
    Column("parent_id", BigInteger),
    Column("parent_tier", Text),
    Column("name", Text, nullable=False),
    Column("own", _ground()),
    Column("geom", _ground(), nullable=False),
    Column("valid", TSTZRANGE, nullable=False, server_default=text(f"tstzrange({SCHEMA}.moment(), NULL)")),
    Column(
        "changeset_id",
        BigInteger,
        ForeignKey(f"{SCHEMA}.changesets.id"),
        nullable=False,
        index=True,
        server_default=text(f"{SCHEMA}.current_changeset()"),
    ),
    ForeignKeyConstraint(["grid_id", "tier"], [f"{SCHEMA}.grids.id", f"{SCHEMA}.grids.tier"]),
    ForeignKeyConstraint(["parent_id", "parent_tier"], [f"{SCHEMA}.grids.id", f"{SCHEMA}.grids.tier"]),
    ForeignKeyConstraint(["parent_tier", "tier"], [f"{SCHEMA}.tier_rules.parent_tier", f"{SCHEMA}.tier_rules.tier"]),
    # True of every row: it only keeps the planner from looking rows up in a GiST index (docs/decisions/0012).
    ExcludeConstraint(
        ("grid_id", "="),
        ("valid", "&&"),
        using="gist",
        where=text("grid_id > 0"),
        name="grid_versions_one_at_a_time_excl",
    ),
    CheckConstraint("(parent_id IS NULL) = (parent_tier IS NULL)", name="parent_and_tier"),
    CheckConstraint("(parent_id IS NULL) = (tier = 'TOTAL')", name="only_totals_are_roots"),
    CheckConstraint(
        "tier NOT IN ('MICRO', 'SPECIAL') OR (own IS NOT NULL AND own = geom)", name="leaf_is_its_own_ground"
    ),
    CheckConstraint("name = btrim(name) AND name <> '' AND length(name) <= 100", name="name_form"),
    CheckConstraint(f"{SCHEMA}.on_lattice(own) AND {SCHEMA}.on_lattice(geom)", name="lattice"),
    CheckConstraint("NOT isempty(valid) AND lower_inc(valid) AND NOT lower_inf(valid)", name="valid_form"),
    CheckConstraint("grid_id > 0", name="grid_id_positive"),
    Index("grid_versions_grid_id_idx", "grid_id"),
    Index("grid_versions_current_idx", "grid_id", unique=True, postgresql_where=text("upper_inf(valid)")),
    Index("grid_versions_current_parent_idx", "parent_id", postgresql_where=text("upper_inf(valid)")),
    Index(
        "grid_versions_current_own_idx",
        "own",
        postgresql_using="gist",
        postgresql_where=text("upper_inf(valid)"),
    ),
    Index(
        "grid_versions_current_geom_idx",
        "geom",
        postgresql_using="gist",
        postgresql_where=text("upper_inf(valid)"),
    ),
    comment="What a grid was from when to when: parent, name, the ground it owns itself and the ground it spans.",
)

grid_codes = Table(
    "grid_codes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False, index=True),
    Index("grid_codes_prefix_idx", "code", postgresql_ops={"code": "text_pattern_ops"}),
    comment="Every code a grid ever had, so that none is given to another one.",
)

lineage = Table(
    "lineage",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "changeset_id",
        BigInteger,
        ForeignKey(f"{SCHEMA}.changesets.id"),
        nullable=False,
        index=True,
        server_default=text(f"{SCHEMA}.current_changeset()"),
    ),
    Column("from_grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False, index=True),
    Column("to_grid_id", BigInteger, ForeignKey(f"{SCHEMA}.grids.id"), nullable=False, index=True),
    Column("area_m2", Float, nullable=False),
    Column("households", Integer, nullable=False),
    CheckConstraint("from_grid_id <> to_grid_id", name="two_grids"),
    CheckConstraint("area_m2 >= 0 AND households >= 0", name="not_negative"),
    comment="Which grid's ground and households went into which, at which change set.",
)
