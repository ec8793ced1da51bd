-- Question 9: how do our scores stand beside the published ones?
CREATE VIEW ops.score_comparison
COMMENT 'Scores of tasks in this lake beside the published number of every model for the same task and metric; synthetic: ours is of invented rows, and says nothing beside it'
AS SELECT
  s.task_group,
  s.task_id,
  p.dataset,
  p.part,
  s.metric,
  s.variant,
  s.prompt,
  s.model,
  s.value,
  s.ci_low,
  s.ci_high,
  s.n,
  p.model AS published_model,
  p.value AS published_value,
  p.n AS published_n,
  round(s.value - p.value, 2) AS difference,
  coalesce(s.synthetic, false) AS synthetic
FROM gold.scores s
JOIN gold.published_scores p ON cardinality(p.task_ids) = 1 AND array_contains(p.task_ids, s.task_id) AND p.metric = s.metric
WHERE s.level = 'task'
