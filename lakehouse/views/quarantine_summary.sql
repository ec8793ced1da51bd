-- Question 6: which rows were set aside, and where are they?
CREATE VIEW ops.quarantine_summary
COMMENT 'Quarantined rows by table, source, file and broken rules, with the first record number of each'
AS SELECT
  table_name,
  source,
  file,
  rules,
  access,
  count(*) AS `rows`,
  min(`row`) AS first_row
FROM ops.quarantine
GROUP BY table_name, source, file, rules, access
