CREATE TABLE gold.definitions (
  definition_id STRING NOT NULL COMMENT 'stable id: task id and hash of the text',
  task_id STRING NOT NULL COMMENT 'task',
  text STRING NOT NULL COMMENT 'the definition',
  language STRING NOT NULL COMMENT 'language of the definition, as in the paper',
  kind STRING NOT NULL COMMENT 'written, rewritten or imported',
  style STRING NOT NULL COMMENT 'plain, role, stepwise, formal or terse',
  parent STRING COMMENT 'definition it was rewritten from',
  writer STRING COMMENT 'model or person group that wrote it',
  labels_kept BOOLEAN NOT NULL COMMENT 'every closed label of the task occurs in the text',
  number INT NOT NULL COMMENT '1-based number inside the task'
)
USING delta
COMMENT 'Wordings of every task, the pool of instructions'
TBLPROPERTIES ('medslake.key' = 'definition_id')
