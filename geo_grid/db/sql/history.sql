-- The typed history of the nouns, kept by one trigger for each statement.

-- TG_ARGV: the history table, and the columns it shares with the noun's table.
-- An update that leaves a row as it was leaves no image.
CREATE OR REPLACE FUNCTION geo_grid.keep_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    images text := CASE TG_OP
        WHEN 'INSERT' THEN 'new_rows r'
        WHEN 'DELETE' THEN 'old_rows r'
        ELSE 'new_rows r JOIN old_rows o ON o.id = r.id WHERE r IS DISTINCT FROM o'
    END;
    count bigint;
BEGIN
    -- The change set is asked for once, and only when there is an image to keep.
    EXECUTE format(
        'INSERT INTO geo_grid.%I (changeset_id, op, %s) SELECT (SELECT geo_grid.current_changeset()), $1, %s FROM %s',
        TG_ARGV[0], TG_ARGV[1], 'r.' || replace(TG_ARGV[1], ', ', ', r.'), images)
        USING left(TG_OP, 1);
    GET DIAGNOSTICS count = ROW_COUNT;
    IF count = 0 THEN
        RETURN NULL;
    END IF;
    PERFORM geo_grid.touch('commit', ARRAY[0]);
    RETURN NULL;
END
$$;

DO $$
DECLARE
    noun text;
    history text;
    columns text;
BEGIN
    FOR noun, history IN
        VALUES ('households', 'household_history'), ('workers', 'worker_history'), ('posts', 'post_history'),
               ('assignments', 'assignment_history'), ('risk_sites', 'risk_site_history'),
               ('facilities', 'facility_history'), ('hazard_zones', 'hazard_zone_history')
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_catalog.pg_attribute
        WHERE attrelid = format('geo_grid.%I', noun)::regclass AND attnum > 0 AND NOT attisdropped;
        EXECUTE format('CREATE OR REPLACE TRIGGER keep_history_of_inserts AFTER INSERT ON geo_grid.%I
                        REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.keep_history(%L, %L)', noun, history, columns);
        EXECUTE format('CREATE OR REPLACE TRIGGER keep_history_of_updates AFTER UPDATE ON geo_grid.%I
                        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.keep_history(%L, %L)', noun, history, columns);
        EXECUTE format('CREATE OR REPLACE TRIGGER keep_history_of_deletes AFTER DELETE ON geo_grid.%I
                        REFERENCING OLD TABLE AS old_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.keep_history(%L, %L)', noun, history, columns);
    END LOOP;
END
$$;
