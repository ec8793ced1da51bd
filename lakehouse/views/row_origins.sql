-- Question 2: where does this row come from?
CREATE VIEW ops.row_origins
COMMENT 'Native file, digest and record number behind every instance and benchmark row'
AS SELECT
  'gold.instructions' AS table_name,
  instance_id AS id,
  instance_id,
  task_id,
  split,
  source,
  record_ids,
  origin.`table` AS bronze_table,
  origin.version AS bronze_version,
  origin.file AS file,
  origin.sha256 AS sha256,
  origin.`row` AS `row`,
  coalesce(cardinality(joined), 0) AS joined_rows
FROM gold.instructions
UNION ALL
SELECT
  'gold.benchmark' AS table_name,
  row_id AS id,
  instance_id,
  task_id,
  split,
  source,
  record_ids,
  origin.`table` AS bronze_table,
  origin.version AS bronze_version,
  origin.file AS file,
  origin.sha256 AS sha256,
  origin.`row` AS `row`,
  coalesce(cardinality(joined), 0) AS joined_rows
FROM gold.benchmark
