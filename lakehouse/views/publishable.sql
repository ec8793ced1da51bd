-- Question 3: may I publish this?
CREATE VIEW ops.publishable
COMMENT 'Instances by task and access class; a task may be published at a clearance when all of its rows are at or below it'
AS SELECT
  task_id,
  source,
  access,
  CASE access
    WHEN 'public' THEN 0 WHEN 'registered' THEN 1 WHEN 'noncommercial' THEN 2 WHEN 'dua' THEN 3 WHEN 'credentialed' THEN 4 ELSE 5
  END AS access_rank,
  access = 'public' AS open_to_all,
  count(*) AS instances,
  sum(CASE WHEN split = 'train' THEN 1 ELSE 0 END) AS train
FROM gold.instructions
GROUP BY task_id, source, access
