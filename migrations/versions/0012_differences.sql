-- What a transaction notes to have its changes of the net proved by their difference.
ALTER TABLE geo_grid.unsettled DROP CONSTRAINT unsettled_kind_check;
ALTER TABLE geo_grid.unsettled ADD CONSTRAINT unsettled_kind_check
    CHECK (kind IN ('family', 'whole', 'begun', 'ended', 'ground', 'doors', 'commit'));
