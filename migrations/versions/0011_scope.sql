-- What scope by subtree needs in tables.
SELECT 1;
