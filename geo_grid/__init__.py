"""geo_grid keeps a county's six tiers of service grids true, with every household in exactly one of them."""

import gc

# Rows, shapes and modules make containers by the hundred thousand and hardly any cycles among them: looking for cycles
# after every 700 took a sixth of an import's processor.
gc.set_threshold(50_000, 10, 10)
