-- Consequence sheets of redraws that were applied.
SELECT 1;
