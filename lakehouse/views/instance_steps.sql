-- The other way round: which steps saw this instance? The index of the plan is in order of instance, so one is found without a walk.
CREATE VIEW ops.instance_steps
COMMENT 'Optimiser steps that saw an instance, as itself (shot 0) or as a shot before another'
AS SELECT
  p.instance_id,
  t.training_id,
  t.recipe,
  t.step,
  p.plan,
  p.epoch,
  p.`row` AS plan_row,
  p.segment,
  p.shot,
  p.task_id,
  p.access
FROM gold.pack_instances p
JOIN ops.training_steps t ON t.plan = p.plan AND p.`row` >= t.first_row AND p.`row` < t.first_row + t.`rows`
