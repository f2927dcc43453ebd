"""geo_grid keeps a county's six tiers of service grids true, with every household in exactly one of them."""
