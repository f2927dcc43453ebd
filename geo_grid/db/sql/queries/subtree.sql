-- The grids below a grid by tier, and the households of its whole extent.
WITH RECURSIVE subtree AS (
    SELECT CAST(:grid_id AS bigint) AS grid_id, NULL::text AS tier
     UNION ALL
    SELECT v.grid_id, v.tier
      FROM subtree s
      JOIN geo_grid.grid_versions v ON v.parent_id = s.grid_id AND upper_inf(v.valid)
)
SELECT (SELECT coalesce(json_object_agg(n.tier, n.grids ORDER BY n.rank), '{}')
          FROM (SELECT s.tier, t.rank, count(*) AS grids
                  FROM subtree s JOIN geo_grid.tiers t ON t.code = s.tier GROUP BY s.tier, t.rank) n) AS descendants,
       h.households, h.persons, h.contacted
  FROM (SELECT count(*) AS households, coalesce(sum(d.persons), 0)::bigint AS persons, count(d.contact_id) AS contacted
          FROM subtree s
          JOIN geo_grid.households d ON d.grid_id = s.grid_id) h
