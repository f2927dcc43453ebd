-- When a code was retired; no row for a code never given.
SELECT retired_at FROM geo_grid.grids WHERE code = :code
