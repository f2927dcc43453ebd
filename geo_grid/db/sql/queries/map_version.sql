-- The version of what the map shows: the version of the data and the day (posts fall vacant as days pass).
SELECT coalesce((SELECT (SELECT coalesce(max(version), 1) FROM geo_grid.data_versions)
                          * 100000 + (current_date - DATE '2000-01-01') FROM geo_grid.county), 0) AS version
