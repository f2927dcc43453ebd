-- What a change set changed on the map that no history tells: a grid's code, or (0) all of it.
CREATE TABLE geo_grid.unwritten_changes (
    changeset_id bigint NOT NULL,
    grid_id bigint NOT NULL,
    PRIMARY KEY (changeset_id, grid_id),
    FOREIGN KEY (changeset_id) REFERENCES geo_grid.changesets (id)
);
COMMENT ON TABLE geo_grid.unwritten_changes IS
    'What a change set changed on the map that no history tells: a grid''s code, or (0) all of it; append-only.';
