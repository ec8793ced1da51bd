CREATE VIEW gold.plan_tasks
COMMENT 'The mixture of every pack plan by epoch and task, after caps, weights and shots; share = percent of the instances of the epoch'
AS WITH counted AS (
  SELECT
    plan,
    epoch,
    task_id,
    sum(CASE WHEN shot = 0 THEN 1 ELSE 0 END) AS instances,
    sum(CASE WHEN shot = 1 THEN 1 ELSE 0 END) AS few_shot,
    sum(CASE WHEN shot > 0 THEN 1 ELSE 0 END) AS shots,
    sum(tokens) AS tokens,
    sum(supervised) AS supervised
  FROM gold.pack_instances
  GROUP BY plan, epoch, task_id
)
SELECT
  plan,
  epoch,
  task_id,
  instances,
  few_shot,
  shots,
  tokens,
  supervised,
  round(100.0 * instances / sum(instances) OVER (PARTITION BY plan, epoch), 2) AS share
FROM counted
