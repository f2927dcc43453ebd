-- A risk site with its shape in longitude and latitude, and a place on it in the county's CRS.
SELECT s.id, s.code, s.name, s.kind, s.note,
       ST_XMin(b.box) AS west, ST_YMin(b.box) AS south, ST_XMax(b.box) AS east, ST_YMax(b.box) AS north,
       ST_AsGeoJSON(d.geom, 7) AS geometry
  FROM geo_grid.risk_sites s
 CROSS JOIN LATERAL (SELECT ST_Transform(s.geom, 4326) AS geom OFFSET 0) d
 CROSS JOIN LATERAL (SELECT Box2D(d.geom) AS box) b
 WHERE s.code = :code
