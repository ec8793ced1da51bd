-- Question 6: which rows were set aside, and where are they?
CREATE VIEW ops.quarantine_summary
COMMENT 'Quarantined rows by table, source, file and broken rules, with the first record number of each and the state of the run'
AS SELECT
  q.table_name,
  q.source,
  q.file,
  q.rules,
  q.access,
  r.state AS run_state,
  count(*) AS `rows`,
  min(q.`row`) AS first_row
FROM ops.quarantine q
LEFT JOIN ops.runs r ON r.run_id = q.run_id
GROUP BY q.table_name, q.source, q.file, q.rules, q.access, r.state
