-- The risk sites that touch the ground a grid owns itself, nearest to a place first.
SELECT s.code, s.name, s.kind
  FROM geo_grid.grid_versions v
  JOIN geo_grid.risk_sites s ON s.geom && v.own AND ST_Intersects(v.own, s.geom)
 WHERE v.grid_id = :grid_id
   AND CASE WHEN CAST(:moment AS timestamptz) IS NULL THEN upper_inf(v.valid)
            ELSE v.valid @> CAST(:moment AS timestamptz) END
 ORDER BY ST_Distance(s.geom, ST_SetSRID(ST_MakePoint(:east, :north), CAST(:srid AS integer))), s.code
 LIMIT :most
