"""The table of shapes prepared for tiles: derived, never edited, safe to empty."""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Column, ForeignKey, Index, SmallInteger, Table

from geo_grid.db.schema.metadata import SCHEMA, metadata

tile_shapes = Table(
    "tile_shapes",
    metadata,
    Column(
        "version_id",
        BigInteger,
        ForeignKey(f"{SCHEMA}.grid_versions.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("band", SmallInteger, primary_key=True),
    Column("geom", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), nullable=False),
    Index("tile_shapes_geom_idx", "geom", postgresql_using="gist"),
    comment="A version's shape in web Mercator, simplified with its whole partition for a band of zooms.",
)
