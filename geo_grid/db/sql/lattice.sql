-- The 1/1024 m lattice that every stored vertex lies on.

-- True when `shape` has a vertex, and all of them are finite and whole multiples of 1/1024 m; NULL for NULL.
-- 2^-10 has an exact double, so snapping a sound shape gives the same bytes back; a decimal step would not.
-- NaN and infinity survive snapping; they also survive into a length, and `length - length` is then not zero.
-- The body is parsed once, when the function is made: it needs no search path, and the planner can put it in line.
CREATE OR REPLACE FUNCTION geo_grid.on_lattice(shape geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN shape IS NULL THEN NULL
    WHEN public.ST_IsEmpty(shape) THEN false
    ELSE shape = public.ST_SnapToGrid(shape, 0, 0, 0.0009765625, 0.0009765625)
        AND CASE public.GeometryType(shape)
            WHEN 'POINT' THEN
                public.ST_X(shape) - public.ST_X(shape) + (public.ST_Y(shape) - public.ST_Y(shape)) = 0
            WHEN 'MULTIPOINT' THEN
                public.ST_Length(public.ST_LineFromMultiPoint(shape))
                - public.ST_Length(public.ST_LineFromMultiPoint(shape)) = 0
            ELSE
                public.ST_Length(shape) + public.ST_Perimeter(shape)
                - (public.ST_Length(shape) + public.ST_Perimeter(shape)) = 0
        END
END;
