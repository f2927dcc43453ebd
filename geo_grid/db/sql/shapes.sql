-- New shapes for tiles give the map its next version, so that no tile drawn from the ones before is taken for current.

CREATE OR REPLACE FUNCTION geo_grid.renew_map() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    PERFORM geo_grid.note_unwritten(0);
    PERFORM geo_grid.touch('commit', ARRAY[0]);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER renew_map AFTER INSERT ON geo_grid.tile_shapes
    FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.renew_map();
