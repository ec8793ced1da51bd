-- Question: which definitions may be drawn, and why may the others not?
CREATE VIEW gold.definition_verdicts
COMMENT 'One row per definition with the verdict of the gate, and for those that did not pass the reason in words'
AS SELECT
  task_id,
  kind,
  definition_id,
  coalesce(accepted, true) AS accepted,
  CASE
    WHEN array_contains(faults, 'task') THEN 'no task of that id is registered'
    WHEN array_contains(faults, 'labels') THEN 'it does not name every label'
    WHEN array_contains(faults, 'form') THEN 'it does not say what form the answer has'
    WHEN array_contains(faults, 'language') THEN 'it is not in the language that it is to be in'
    WHEN array_contains(faults, 'length') THEN 'it is too short or too long'
    WHEN array_contains(faults, 'question_back') THEN 'it speaks to who asked for it instead of asking for an answer'
    WHEN array_contains(faults, 'leaked_example') THEN 'it holds an example'
    WHEN array_contains(faults, 'near_copy') THEN 'it is a near copy of another definition of the task'
  END AS reason,
  faults,
  detail,
  text
FROM gold.definitions
