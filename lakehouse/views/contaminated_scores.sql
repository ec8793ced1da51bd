-- Question 8: which scores come from contaminated items?
CREATE VIEW ops.contaminated_scores
COMMENT 'Mean row score of each task over all rows, and over the rows without a training copy that the leak gate knows of'
AS WITH tainted AS (SELECT DISTINCT bench_instance_id AS instance_id FROM ops.contamination WHERE action IN ('refused', 'found')),
asked AS (
  SELECT s.model, s.run_set, s.task_id, s.metric, s.variant, s.value, t.instance_id IS NOT NULL AS contaminated
  FROM gold.scores s
  JOIN gold.predictions p ON p.prediction_id = s.prediction_id
  LEFT JOIN tainted t ON t.instance_id = p.instance_id
  WHERE s.level = 'row'
)
SELECT
  model,
  run_set,
  task_id,
  metric,
  variant,
  count(*) AS `rows`,
  sum(CASE WHEN contaminated THEN 1 ELSE 0 END) AS contaminated_rows,
  avg(value) AS mean_all,
  avg(CASE WHEN NOT contaminated THEN value END) AS mean_clean
FROM asked
GROUP BY model, run_set, task_id, metric, variant
