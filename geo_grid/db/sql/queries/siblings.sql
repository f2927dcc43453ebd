-- The grids of a grid's tier under its parent, itself included, with the households of their whole extents.
WITH RECURSIVE me AS (
    SELECT v.parent_id, v.tier FROM geo_grid.grid_versions v WHERE v.grid_id = :grid_id AND upper_inf(v.valid)
), subtree AS (
    SELECT v.grid_id AS root, v.grid_id
      FROM geo_grid.grid_versions v
      JOIN me ON v.parent_id IS NOT DISTINCT FROM me.parent_id AND v.tier = me.tier
     WHERE upper_inf(v.valid)
     UNION ALL
    SELECT s.root, v.grid_id
      FROM subtree s
      JOIN geo_grid.grid_versions v ON v.parent_id = s.grid_id AND upper_inf(v.valid)
), doors AS (
    SELECT grid_id, count(*) AS households
      FROM geo_grid.households
     WHERE grid_id IN (SELECT grid_id FROM subtree)
     GROUP BY grid_id
)
SELECT g.code, v.name, n.households
  FROM (SELECT s.root, coalesce(sum(d.households), 0)::bigint AS households
          FROM subtree s LEFT JOIN doors d ON d.grid_id = s.grid_id
         GROUP BY s.root) n
  JOIN geo_grid.grids g ON g.id = n.root
  JOIN geo_grid.grid_versions v ON v.grid_id = n.root AND upper_inf(v.valid)
 ORDER BY n.households DESC, g.code
 LIMIT 2000
