-- Question 8: which scores come from contaminated items?
CREATE VIEW ops.contaminated_scores
COMMENT 'Scores of tasks and groups over all rows, and over the rows of which the leak gate knows no copy on the training side'
AS SELECT
  model,
  run_set,
  prompt,
  level,
  task_group,
  task_id,
  metric,
  variant,
  n AS `rows`,
  n - n_clean AS contaminated_rows,
  value AS value_all,
  clean_value AS value_clean,
  round(value - clean_value, 2) AS difference
FROM gold.scores
WHERE level <> 'row' AND n_clean < n
