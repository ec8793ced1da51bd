-- Question 10: which tasks are built, and how far?
CREATE VIEW ops.task_coverage
COMMENT 'Instances by split, benchmark rows and accepted definitions of every registered task, each once where it is rendered in two ways; zero where its source is not in the lake'
AS WITH known AS (
  SELECT task_id, count(*) AS definitions FROM gold.definitions WHERE coalesce(accepted, true) GROUP BY task_id
),
built AS (
  SELECT
    task_id,
    min(category) AS category,
    min(domain) AS domain,
    min(source) AS source,
    sum(CASE WHEN split = 'train' THEN 1 ELSE 0 END) AS train,
    sum(CASE WHEN split = 'validation' THEN 1 ELSE 0 END) AS validation,
    sum(CASE WHEN split = 'test' THEN 1 ELSE 0 END) AS test
  FROM gold.instructions
  WHERE coalesce(input_variant, 'both') <> 'paper'
  GROUP BY task_id
),
asked AS (SELECT task_id, count(*) AS `rows` FROM gold.benchmark GROUP BY task_id)
SELECT
  known.task_id,
  built.category,
  built.domain,
  built.source,
  known.definitions,
  coalesce(built.train, 0) AS train,
  coalesce(built.validation, 0) AS validation,
  coalesce(built.test, 0) AS test,
  coalesce(asked.`rows`, 0) AS benchmark_rows
FROM known
LEFT JOIN built ON built.task_id = known.task_id
LEFT JOIN asked ON asked.task_id = known.task_id
