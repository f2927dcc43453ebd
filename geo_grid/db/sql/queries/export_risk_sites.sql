-- Risk sites; tier is not asked of them.
SELECT s.code, s.name, s.kind, k.zh AS kind_zh, s.note, ST_AsBinary(s.geom) AS shape
  FROM geo_grid.risk_sites s
  JOIN geo_grid.risk_kinds k ON k.code = s.kind
 WHERE CAST(:tier AS text) IS NULL
 ORDER BY s.code
