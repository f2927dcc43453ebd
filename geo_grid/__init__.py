"""geo_grid keeps a county's six tiers of service grids true, with every household in exactly one of them."""

import gc
import os

# Rows, shapes and modules make containers by the hundred thousand and hardly any cycles among them: looking for cycles
# after every 700 took a sixth of an import's processor.
gc.set_threshold(50_000, 10, 10)
# No matrix is multiplied here: the threads that numpy makes for it at its start only take processors.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
