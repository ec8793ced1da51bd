CREATE TABLE gold.definitions (
  definition_id STRING NOT NULL COMMENT 'stable id: task id and hash of the text, of imported and rewritten ones also of where they come from',
  task_id STRING NOT NULL COMMENT 'task',
  text STRING NOT NULL COMMENT 'the definition',
  language STRING NOT NULL COMMENT 'language of the definition, as in the paper',
  kind STRING NOT NULL COMMENT 'written, combined (of small parts), rewritten (by a model) or imported (from the published file)',
  style STRING COMMENT 'plain, role, stepwise, formal or terse; null where it was imported',
  parent STRING COMMENT 'definition it was rewritten from',
  parent_text STRING COMMENT 'the same as a text, where it is no row here',
  writer STRING COMMENT 'model or person group that wrote it',
  labels_kept BOOLEAN NOT NULL COMMENT 'every closed label of the task occurs in the text',
  number INT NOT NULL COMMENT '1-based number inside the task and kind, of rewritten ones also the model',
  accepted BOOLEAN COMMENT 'the verdict of the gate; only accepted ones are drawn. Null in a table of before the gate, where all count as accepted',
  faults ARRAY<STRING> COMMENT 'rules of the gate that it breaks, empty where it is accepted, see docs/definitions.md',
  detail STRING COMMENT 'what it lacks, or of which definition it is a near copy',
  prompt STRING COMMENT 'what the model was asked, {text} standing for the parent',
  seed BIGINT COMMENT 'seed of the rewriting',
  made_by STRING COMMENT 'digest of model, engine, settings and seed of a rewriting; sha256 of the file of an imported one'
)
USING delta
COMMENT 'Wordings of every task, the pool of instructions'
TBLPROPERTIES ('medslake.key' = 'definition_id')
