-- Risk sites; :tier is not asked of them.
SELECT s.code, s.name, s.kind, s.note, ST_AsBinary(s.geom) AS shape
  FROM geo_grid.risk_sites s
 WHERE CAST(:tier AS text) IS NULL
 ORDER BY s.code
