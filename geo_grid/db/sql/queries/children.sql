-- The grids directly under a grid (NULL: those under nothing that is seen), with the households of their whole extents.
WITH RECURSIVE subtree AS (
    SELECT v.grid_id AS root, v.grid_id
      FROM geo_grid.grid_versions v
     WHERE upper_inf(v.valid)
       AND CASE WHEN CAST(:grid_id AS bigint) IS NOT NULL THEN v.parent_id = CAST(:grid_id AS bigint)
                ELSE NOT EXISTS (SELECT FROM geo_grid.grid_versions u
                                  WHERE u.grid_id = v.parent_id AND upper_inf(u.valid)) END
     UNION ALL
    SELECT s.root, v.grid_id
      FROM subtree s
      JOIN geo_grid.grid_versions v ON v.parent_id = s.grid_id AND upper_inf(v.valid)
)
SELECT g.id, g.code, v.name, v.tier, n.households, n.contacted,
       (SELECT count(*) FROM geo_grid.grid_versions c WHERE c.parent_id = g.id AND upper_inf(c.valid)) AS children
  FROM (SELECT s.root, count(h.id) AS households, count(h.contact_id) AS contacted
          FROM subtree s
          LEFT JOIN geo_grid.households h ON h.grid_id = s.grid_id
         GROUP BY s.root) n
  JOIN geo_grid.grids g ON g.id = n.root
  JOIN geo_grid.grid_versions v ON v.grid_id = n.root AND upper_inf(v.valid)
 ORDER BY g.code
 LIMIT 2000
