-- Service facilities.
SELECT p.code, p.name, p.level, p.address, p.point AS geom
  FROM geo_grid.facilities p
 WHERE (CAST(:box AS text) IS NULL
        OR (p.point && CAST(:box AS geometry) AND ST_Intersects(p.point, CAST(:box AS geometry))))
   AND (CAST(:code AS text) IS NULL OR p.code = CAST(:code AS text))
   AND (CAST(:level AS text) IS NULL OR p.level = CAST(:level AS text))
