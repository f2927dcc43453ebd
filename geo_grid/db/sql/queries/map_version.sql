-- The version of what the map shows: the county's data version and the day (posts fall vacant as days pass).
SELECT coalesce((SELECT data_version * 100000 + (current_date - DATE '2000-01-01') FROM geo_grid.county), 0) AS version
