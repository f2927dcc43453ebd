-- Days as ISO texts; until is the last day in the post. One row for each post with who is in it today or will be, vacant posts without a worker, workers without a post.
SELECT w.code AS worker_code, w.name, w.phone, g.code AS grid_code, p.role,
       lower(a.during)::text AS since, (upper(a.during) - 1)::text AS until
  FROM geo_grid.posts p
  JOIN geo_grid.grids g ON g.id = p.grid_id
  JOIN geo_grid.tiers t ON t.code = g.tier
  JOIN geo_grid.roles r ON r.code = p.role
  LEFT JOIN geo_grid.assignments a
         ON a.post_id = p.id AND NOT (a.during << daterange(current_date, NULL))
  LEFT JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE (p.ended_on IS NULL OR p.ended_on > current_date)
   AND (CAST(:tier AS text) IS NULL OR g.tier = CAST(:tier AS text))
 UNION ALL
SELECT w.code, w.name, w.phone, NULL, NULL, NULL, NULL
  FROM geo_grid.workers w
 WHERE CAST(:tier AS text) IS NULL
   AND (w.left_on IS NULL OR w.left_on > current_date)
   AND NOT EXISTS (SELECT FROM geo_grid.assignments a
                    WHERE a.worker_id = w.id AND NOT (a.during << daterange(current_date, NULL)))
 ORDER BY worker_code NULLS LAST, grid_code, role, since
