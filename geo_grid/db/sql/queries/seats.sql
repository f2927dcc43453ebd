-- The posts of some grids and who fills them on a day, in the order the grids are given in; until is the last day in the post.
SELECT v.place, p.grid_id, p.role, p.seat, w.code AS worker_code, w.name AS worker_name, w.phone,
       lower(a.during) AS since, upper(a.during) - 1 AS until
  FROM unnest(CAST(:grid_ids AS bigint[])) WITH ORDINALITY AS v(grid_id, place)
  JOIN geo_grid.posts p ON p.grid_id = v.grid_id
  JOIN geo_grid.roles r ON r.code = p.role
  LEFT JOIN geo_grid.assignments a ON a.post_id = p.id AND a.during @> CAST(:day AS date)
  LEFT JOIN geo_grid.workers w ON w.id = a.worker_id
 WHERE p.ended_on IS NULL OR p.ended_on > CAST(:day AS date)
 ORDER BY v.place, r.rank, p.seat
 LIMIT 500
