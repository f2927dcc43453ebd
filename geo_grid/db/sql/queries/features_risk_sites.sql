-- Risk sites: points, lines and areas.
SELECT s.code, s.name, s.kind, s.note, s.geom
  FROM geo_grid.risk_sites s
 WHERE (CAST(:box AS text) IS NULL
        OR (s.geom && CAST(:box AS geometry) AND ST_Intersects(s.geom, CAST(:box AS geometry))))
   AND (CAST(:code AS text) IS NULL OR s.code = CAST(:code AS text))
   AND (CAST(:kind AS text) IS NULL OR s.kind = CAST(:kind AS text))
