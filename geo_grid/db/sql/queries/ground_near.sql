-- The grids that may own the ground at a place of the county's CRS, as of a moment (NULL: now).
SELECT v.grid_id, ST_AsBinary(v.own) AS own
  FROM geo_grid.grid_versions v
 WHERE CASE WHEN CAST(:moment AS timestamptz) IS NULL THEN upper_inf(v.valid)
            ELSE v.valid @> CAST(:moment AS timestamptz) END
   AND v.own && ST_Expand(ST_SetSRID(ST_MakePoint(:east, :north), CAST(:srid AS integer)), 0.01)
 ORDER BY v.grid_id
 LIMIT 200
