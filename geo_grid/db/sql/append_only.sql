-- The tables to which rows are added and from which nothing is taken.

CREATE OR REPLACE FUNCTION geo_grid.refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    -- The functions of retention.sql, which belong to the owner and enter into the journal what they forget.
    IF current_setting('geo_grid.forgetting', true) = TG_OP || ' ' || TG_TABLE_NAME
        AND current_user = pg_catalog.pg_get_userbyid(
            (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID)) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% of %.% is refused: what happened stays written', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'GG003', HINT = 'add what is new; the past cannot be changed';
END
$$;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY[
        'data_versions', 'unwritten_changes', 'lineage', 'grid_codes', 'household_history', 'worker_history', 'post_history',
        'assignment_history', 'risk_site_history', 'facility_history', 'hazard_zone_history', 'journal_entries',
        'sign_ins', 'redraw_sheets']
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE OR TRUNCATE ON geo_grid.%I
             FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.refuse_rewriting()', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['changesets', 'grids', 'grid_versions', 'county', 'journal_head', 'accounts']
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER refuse_rewriting BEFORE DELETE OR TRUNCATE ON geo_grid.%I
             FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.refuse_rewriting()', kept);
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['households', 'workers', 'posts', 'assignments', 'risk_sites', 'facilities',
        'hazard_zones']
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER refuse_truncating BEFORE TRUNCATE ON geo_grid.%I
             FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.refuse_rewriting()', kept);
    END LOOP;
END
$$;
