-- The typed history of the nouns, kept by one trigger for each statement.

-- Each noun has a function of its own, made here of one text: a statement put together when it runs would be planned
-- anew at each change. An update that leaves a row as it was leaves no image; the change set is asked for once, and only
-- when there is an image to keep.
DO $$
DECLARE
    noun text;
    history text;
    columns text;
    images text;
    keeper text;
BEGIN
    FOR noun, history IN
        VALUES ('households', 'household_history'), ('workers', 'worker_history'), ('posts', 'post_history'),
               ('assignments', 'assignment_history'), ('risk_sites', 'risk_site_history'),
               ('facilities', 'facility_history'), ('hazard_zones', 'hazard_zone_history')
    LOOP
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
               string_agg('r.' || quote_ident(attname), ', ' ORDER BY attnum) INTO columns, images
        FROM pg_catalog.pg_attribute
        WHERE attrelid = format('geo_grid.%I', noun)::regclass AND attnum > 0 AND NOT attisdropped;
        keeper := 'keep_' || history;
        EXECUTE format($made$
            CREATE OR REPLACE FUNCTION geo_grid.%1$I() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
            AS $body$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    INSERT INTO geo_grid.%2$I (changeset_id, op, %3$s)
                    SELECT (SELECT geo_grid.current_changeset()), 'I', %4$s FROM new_rows r;
                ELSIF TG_OP = 'DELETE' THEN
                    INSERT INTO geo_grid.%2$I (changeset_id, op, %3$s)
                    SELECT (SELECT geo_grid.current_changeset()), 'D', %4$s FROM old_rows r;
                ELSE
                    INSERT INTO geo_grid.%2$I (changeset_id, op, %3$s)
                    SELECT (SELECT geo_grid.current_changeset()), 'U', %4$s
                    FROM new_rows r JOIN old_rows o ON o.id = r.id WHERE r IS DISTINCT FROM o;
                END IF;
                IF FOUND THEN
                    PERFORM geo_grid.touch('commit', ARRAY[0]);
                END IF;
                RETURN NULL;
            END
            $body$
            $made$, keeper, history, columns, images);
        EXECUTE format('CREATE OR REPLACE TRIGGER keep_history_of_inserts AFTER INSERT ON geo_grid.%I
                        REFERENCING NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.%I()', noun, keeper);
        EXECUTE format('CREATE OR REPLACE TRIGGER keep_history_of_updates AFTER UPDATE ON geo_grid.%I
                        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.%I()', noun, keeper);
        EXECUTE format('CREATE OR REPLACE TRIGGER keep_history_of_deletes AFTER DELETE ON geo_grid.%I
                        REFERENCING OLD TABLE AS old_rows
                        FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.%I()', noun, keeper);
    END LOOP;
    -- One function did it for all nouns before.
    DROP FUNCTION IF EXISTS geo_grid.keep_history();
END
$$;
