-- Facilities; tier is not asked of them.
SELECT f.code, f.name, f.level, f.address, f.phone, ST_AsBinary(f.point) AS shape
  FROM geo_grid.facilities f
 WHERE CAST(:tier AS text) IS NULL
 ORDER BY f.code
