CREATE TABLE silver.prompts (
  instruction STRING NOT NULL COMMENT 'what shall be done',
  input STRING COMMENT 'what it shall be done with; null where the instruction says all',
  outputs ARRAY<STRING> NOT NULL COMMENT 'right outputs, the first one first to be taught',
  collection STRING COMMENT 'subset of the source',
  taken_by STRUCT<paper: STRING, plain: STRING> COMMENT 'rules by which a collection of all subjects is filtered, with the reason of those that take the row; null where the source has none'
)
COMMENT 'Instructions that come with input and output'
