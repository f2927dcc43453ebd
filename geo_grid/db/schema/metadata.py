"""The one MetaData object, with the names its constraints get."""

from sqlalchemy import MetaData

SCHEMA = "geo_grid"

#: The SRID written in the declarations; a database made for another CRS has that one instead (`county.srid`).
DECLARED_SRID = 4546

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)
