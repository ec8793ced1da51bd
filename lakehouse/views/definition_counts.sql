-- Question: how many definitions has each task, of which kind, and how many of them passed the gate?
CREATE VIEW gold.definition_counts
COMMENT 'Definitions by task and kind: all, accepted, and those that broke each rule; one that breaks several counts for each'
AS SELECT
  task_id,
  kind,
  count(*) AS definitions,
  sum(CASE WHEN coalesce(accepted, true) THEN 1 ELSE 0 END) AS accepted,
  sum(CASE WHEN labels_kept THEN 1 ELSE 0 END) AS labels_kept,
  sum(CASE WHEN array_contains(faults, 'labels') THEN 1 ELSE 0 END) AS `labels`,
  sum(CASE WHEN array_contains(faults, 'form') THEN 1 ELSE 0 END) AS form,
  sum(CASE WHEN array_contains(faults, 'language') THEN 1 ELSE 0 END) AS `language`,
  sum(CASE WHEN array_contains(faults, 'length') THEN 1 ELSE 0 END) AS `length`,
  sum(CASE WHEN array_contains(faults, 'question_back') THEN 1 ELSE 0 END) AS question_back,
  sum(CASE WHEN array_contains(faults, 'leaked_example') THEN 1 ELSE 0 END) AS leaked_example,
  sum(CASE WHEN array_contains(faults, 'near_copy') THEN 1 ELSE 0 END) AS near_copy
FROM gold.definitions
GROUP BY task_id, kind
