-- Inspections of risk sites, visits, and hazard zones.
SELECT 1;
