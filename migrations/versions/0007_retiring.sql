-- What imports need to retire what is gone, and their rules.
SELECT 1;
