-- Question 7: what did the model see at step k? Segments are numbered through their JSON form, which Spark and DuckDB write alike.
CREATE VIEW ops.step_rows
COMMENT 'Instances in the packed rows of every optimiser step, with task, source and file'
AS WITH numbers AS (SELECT i FROM range(1, 16385) AS t(i)),
seen AS (
  SELECT
    t.training_id,
    t.recipe,
    t.step,
    t.plan,
    p.`row` AS plan_row,
    n.i AS segment,
    split_part(split_part(to_json(p.segments), '"instance_id":"', CAST(n.i + 1 AS INT)), '"', 1) AS instance_id,
    split_part(split_part(to_json(p.segments), '"definition_id":"', CAST(n.i + 1 AS INT)), '"', 1) AS definition_id
  FROM ops.training_steps t
  JOIN gold.packs p ON p.plan = t.plan AND p.`row` >= t.first_row AND p.`row` < t.first_row + t.`rows`
  JOIN numbers n ON n.i <= cardinality(p.segments)
)
SELECT
  seen.training_id,
  seen.recipe,
  seen.step,
  seen.plan,
  seen.plan_row,
  seen.segment,
  seen.instance_id,
  seen.definition_id,
  i.task_id,
  i.source,
  i.access,
  i.origin.file AS file,
  i.origin.`row` AS file_row
FROM seen
LEFT JOIN gold.instructions i ON i.instance_id = seen.instance_id
