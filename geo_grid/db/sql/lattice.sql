-- The 1/1024 m lattice that every stored vertex lies on.

-- True when `shape` has a vertex, and all of them are finite and whole multiples of 1/1024 m; NULL for NULL.
-- 2^-10 has an exact double, so snapping a sound shape gives the same bytes back; a decimal step would not.
-- NaN and infinity survive snapping; they also survive into an area or a length, which is then not below infinity (NaN
-- counts as greater). Every call here reads a stored shape anew, and every change of a row asks: the areas that grids
-- are made of come first, and take one call where others take two: nothing but a finite area above 0 becomes 0 = 0.
-- The body is parsed once, when the function is made: it needs no search path, and the planner can put it in line.
CREATE OR REPLACE FUNCTION geo_grid.on_lattice(shape geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN shape IS NULL THEN NULL
    WHEN public.GeometryType(shape) = 'MULTIPOLYGON' THEN
        coalesce(nullif(public.ST_Area(shape), 0) * 0, 1) = 0
        AND shape = public.ST_SnapToGrid(shape, 0, 0, 0.0009765625, 0.0009765625)
    WHEN public.ST_IsEmpty(shape) THEN false
    ELSE shape = public.ST_SnapToGrid(shape, 0, 0, 0.0009765625, 0.0009765625)
        AND CASE public.GeometryType(shape)
            WHEN 'POINT' THEN abs(public.ST_X(shape)) < 'infinity' AND abs(public.ST_Y(shape)) < 'infinity'
            WHEN 'MULTIPOINT' THEN public.ST_Length(public.ST_LineFromMultiPoint(shape)) < 'infinity'
            ELSE public.ST_Length(shape) + public.ST_Perimeter(shape) < 'infinity'
        END
END;
