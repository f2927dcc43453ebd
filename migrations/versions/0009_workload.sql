-- Weights of the workload formula.
SELECT 1;
