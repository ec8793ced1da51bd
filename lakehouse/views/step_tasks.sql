CREATE VIEW ops.step_tasks
COMMENT 'Tasks of every optimiser step: instances, shots, tokens and those of them that bear loss'
AS SELECT
  t.training_id,
  t.step,
  p.task_id,
  sum(CASE WHEN p.shot = 0 THEN 1 ELSE 0 END) AS instances,
  sum(CASE WHEN p.shot > 0 THEN 1 ELSE 0 END) AS shots,
  sum(p.tokens) AS tokens,
  sum(p.supervised) AS supervised
FROM ops.training_steps t
JOIN gold.pack_instances p ON p.plan = t.plan AND p.`row` >= t.first_row AND p.`row` < t.first_row + t.`rows`
GROUP BY t.training_id, t.step, p.task_id
