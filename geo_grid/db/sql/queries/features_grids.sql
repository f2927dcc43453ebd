-- Grids in force now, or at some moment of a time, each as it was last in it, with their whole extents.
WITH found AS (
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
)
SELECT f.code, f.name, f.tier, f.parent, f.since, f.until,
       ST_AsGeoJSON(CASE WHEN :flip THEN ST_FlipCoordinates(s.shape) ELSE s.shape END, :decimals, 0) AS geometry,
       (SELECT count(*) FROM found) AS matched
  FROM (SELECT * FROM found WHERE CAST(:after AS text) IS NULL OR code > CAST(:after AS text) ORDER BY code LIMIT :most) f
 CROSS JOIN LATERAL (SELECT ST_ForcePolygonCCW(ST_Transform(f.geom, CAST(:srid AS integer))) AS shape OFFSET 0) s
 ORDER BY f.code
