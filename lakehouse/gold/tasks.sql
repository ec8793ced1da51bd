CREATE TABLE gold.tasks (
  task_id STRING NOT NULL COMMENT 'task',
  name STRING NOT NULL COMMENT 'name of the task, as in the paper where it has one',
  category STRING NOT NULL COMMENT 'one of the 19 categories',
  domain STRING NOT NULL COMMENT 'one of the 5 domains',
  input_language STRING NOT NULL COMMENT 'language of the input, English name',
  output_language STRING NOT NULL COMMENT 'language of the output, English name',
  definition_language STRING NOT NULL COMMENT 'language of the definitions, English name',
  source STRING NOT NULL COMMENT 'source data set',
  kind STRING NOT NULL COMMENT 'silver table that its instances are rendered from, without the layer',
  collection STRING NOT NULL COMMENT 'paper: one of the 122 tasks; medslake: made here',
  labels ARRAY<STRING> NOT NULL COMMENT 'closed label set, empty when open',
  trained BOOLEAN NOT NULL COMMENT 'false: its train rows serve as examples and are never packed',
  version INT NOT NULL COMMENT 'version of its rendering',
  bench STRUCT<group: STRING, metrics: ARRAY<STRING>, dataset: STRING, shots: INT, size: INT, seed: BIGINT, max_new_tokens: INT> COMMENT 'its part in the benchmark; null when it has none',
  published_words MAP<STRING, STRING> COMMENT 'words of its definitions -> what stands there where the published rendering is asked; null where they are the same'
)
USING delta
COMMENT 'Every task that was built, as it was declared then'
TBLPROPERTIES ('medslake.key' = 'task_id')
