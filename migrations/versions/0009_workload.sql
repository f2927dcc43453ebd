-- Weights of the workload formula: how many households one unit of each term counts as.

CREATE TABLE geo_grid.workload_weights (
    term TEXT NOT NULL,
    weight FLOAT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT workload_weights_pkey PRIMARY KEY (term),
    CONSTRAINT workload_weights_term_form_check CHECK (term ~ '^[A-Z][A-Z_]{0,39}$'),
    CONSTRAINT workload_weights_weight_range_check CHECK (weight BETWEEN 0 AND 1000)
);

COMMENT ON TABLE geo_grid.workload_weights IS 'How much one unit of each term of the workload formula weighs, in households.';

INSERT INTO geo_grid.workload_weights (term, weight) VALUES
    ('HOUSEHOLDS', 1), ('SITES', 1.5), ('AREA', 2), ('DISTANCE', 0.5), ('MATTERS', 2);
