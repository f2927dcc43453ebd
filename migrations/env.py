"""How Alembic runs the migrations: on the connection that `geo_grid.db.upgrade` hands over, in its transaction."""

from alembic import context

from geo_grid.db.schema import SCHEMA, metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run the migrations with: geo-grid db upgrade")

context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table="alembic_version",
    version_table_schema=SCHEMA,
    include_schemas=True,
    transactional_ddl=True,
)
context.run_migrations()
