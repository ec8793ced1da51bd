-- Question 5: why did the gate fail?
CREATE VIEW ops.gate_failures
COMMENT 'Rules that broke at the newest check of each table and slice, with the run behind it'
AS WITH numbered AS (
  SELECT *, row_number() OVER (PARTITION BY table_name, slice, rule ORDER BY checked DESC, run_id) AS newest FROM ops.quality_results
)
SELECT
  q.table_name,
  q.slice,
  q.rule,
  q.severity,
  q.unexpected,
  q.rows,
  q.checked,
  q.detail,
  q.run_id,
  r.job,
  r.error
FROM numbered q
LEFT JOIN ops.runs r ON r.run_id = q.run_id
WHERE q.newest = 1 AND NOT q.success
