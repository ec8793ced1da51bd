CREATE TABLE silver.prompts (
  instruction STRING NOT NULL COMMENT 'what shall be done',
  input STRING COMMENT 'what it shall be done with; null where the instruction says all',
  outputs ARRAY<STRING> NOT NULL COMMENT 'right outputs, the first one first to be taught',
  collection STRING COMMENT 'subset of the source'
)
COMMENT 'Instructions that come with input and output'
