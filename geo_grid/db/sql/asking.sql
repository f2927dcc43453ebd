-- What a request has to know before it reads anything: whose session it carries, and how new the map is.

-- The version of what the map shows: the county's data version and the day (posts fall vacant as days pass); 0 without
-- a county.
CREATE OR REPLACE FUNCTION geo_grid.map_version() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce((SELECT (SELECT coalesce(max(version), 1) FROM geo_grid.data_versions)
                            * 100000 + (current_date - DATE '2000-01-01') FROM geo_grid.county), 0);
END;

-- Whose session has that digest, with the roles in force today and the version of the map as of the same moment; no row
-- when there is none that still holds. A function, so that the connection keeps its plan.
CREATE OR REPLACE FUNCTION geo_grid.session_of(asked bytea, longest interval, idle interval)
RETURNS TABLE (id bigint, username text, name text, must_change boolean, is_old boolean, given json, version bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT a.id, a.username, a.name, a.must_change, s.seen_at < clock_timestamp() - interval '1 minute',
           (SELECT coalesce(json_agg(json_build_object('id', r.id, 'role', r.role, 'grid', g.code,
                       'since', lower(r.during), 'until', upper(r.during)) ORDER BY r.id), '[]')
              FROM geo_grid.roles_given r LEFT JOIN geo_grid.grids g ON g.id = r.grid_id
             WHERE r.account_id = a.id AND r.during @> current_date),
           geo_grid.map_version()
      FROM geo_grid.sessions s
      JOIN geo_grid.accounts a ON a.id = s.account_id
      JOIN geo_grid.deployment d ON d.is_demo OR NOT a.is_demo
     WHERE s.digest = asked AND a.disabled_at IS NULL
       AND s.began_at > clock_timestamp() - longest
       AND s.seen_at > clock_timestamp() - idle;
END
$$;
