-- Grids in force now, or at some moment of a time, each as it was last in it, with their whole extents.
SELECT DISTINCT ON (g.code) g.code, v.name, v.tier, p.code AS parent, lower(v.valid) AS since,
       CASE WHEN NOT upper_inf(v.valid) THEN upper(v.valid) END AS until, v.geom
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE ((:now AND upper_inf(v.valid))
        OR (NOT :now AND v.valid && tstzrange(CAST(:since AS timestamptz), CAST(:until AS timestamptz), '[]')))
   AND (CAST(:box AS text) IS NULL
        OR (v.geom && CAST(:box AS geometry) AND ST_Intersects(v.geom, CAST(:box AS geometry))))
   AND (CAST(:code AS text) IS NULL OR g.code = CAST(:code AS text))
   AND (CAST(:tier AS text) IS NULL OR v.tier = CAST(:tier AS text))
   AND (CAST(:parent AS text) IS NULL OR p.code = CAST(:parent AS text))
 ORDER BY g.code, lower(v.valid) DESC
