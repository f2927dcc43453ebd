"""The database: engine, transactions, schema and upgrade."""
