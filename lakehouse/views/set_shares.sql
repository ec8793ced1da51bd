-- Question 20: how much of the published set does the rebuild have?
CREATE VIEW gold.set_shares
COMMENT 'Instances of the published files per task and rendering, by what the lake has of them; shares in percent of those that could be read'
AS WITH counted AS (
  SELECT
    rendering,
    task_id,
    sum(CASE WHEN outcome IN ('exact', 'other_output', 'near', 'only_there') THEN 1 ELSE 0 END) AS there,
    sum(CASE WHEN outcome = 'exact' THEN 1 ELSE 0 END) AS exact,
    sum(CASE WHEN outcome = 'other_output' THEN 1 ELSE 0 END) AS other_output,
    sum(CASE WHEN outcome = 'near' THEN 1 ELSE 0 END) AS near,
    sum(CASE WHEN outcome = 'only_there' THEN 1 ELSE 0 END) AS only_there,
    sum(CASE WHEN outcome = 'only_here' THEN 1 ELSE 0 END) AS only_here,
    sum(CASE WHEN outcome = 'refused' THEN 1 ELSE 0 END) AS refused
  FROM gold.set_matches
  GROUP BY rendering, task_id
)
SELECT
  rendering,
  task_id,
  there,
  exact,
  other_output,
  near,
  only_there,
  only_here,
  refused,
  round(100.0 * exact / nullif(there, 0), 2) AS exact_share,
  round(100.0 * (exact + other_output + near) / nullif(there, 0), 2) AS found_share
FROM counted
