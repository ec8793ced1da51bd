-- Question 7: what did the model see at step k?
CREATE VIEW ops.step_rows
COMMENT 'Instances in the packed rows of every optimiser step, as themselves (shot 0) or as shots, with task, source and file'
AS SELECT
  t.training_id,
  t.recipe,
  t.step,
  t.plan,
  p.`row` AS plan_row,
  p.segment,
  p.shot,
  p.instance_id,
  p.definition_id,
  p.task_id,
  i.source,
  p.access,
  i.origin.file AS file,
  i.origin.`row` AS file_row
FROM ops.training_steps t
JOIN gold.pack_instances p ON p.plan = t.plan AND p.`row` >= t.first_row AND p.`row` < t.first_row + t.`rows`
LEFT JOIN gold.instructions i ON i.instance_id = p.instance_id
