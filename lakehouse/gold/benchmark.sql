CREATE TABLE gold.benchmark (
  row_id STRING NOT NULL COMMENT 'hash of instance, prompt, variant, shots and seed',
  instance_id STRING NOT NULL COMMENT 'instance asked',
  task_id STRING NOT NULL COMMENT 'task',
  dataset STRING NOT NULL COMMENT 'data set as named in the published tables',
  task_group STRING NOT NULL COMMENT 'clinical task group',
  prompt STRING NOT NULL COMMENT 'paper or chat',
  input_variant STRING NOT NULL COMMENT 'paper as it was published, strict where that is corrected, such as an input without what gives the label away',
  definition_id STRING COMMENT 'definition in the prompt, the same for all rows of a task',
  shots ARRAY<STRING> NOT NULL COMMENT 'instance ids of the examples, all from the train split',
  examples ARRAY<STRUCT<input: STRING, output: STRING>> COMMENT 'texts of the shots, as they stand in the messages',
  shots_cut INT COMMENT 'examples left out to stay within the token budget',
  prompt_tokens INT COMMENT 'tokens of the messages, estimated from their bytes',
  token_budget INT COMMENT 'tokens that the prompt was to stay within',
  messages ARRAY<STRUCT<role: STRING, content: STRING>> NOT NULL COMMENT 'final chat messages',
  input STRING NOT NULL COMMENT 'input of the instance alone',
  reference STRING NOT NULL COMMENT 'gold output',
  alternatives ARRAY<STRING> COMMENT 'other outputs that are right as well',
  choices ARRAY<STRING> COMMENT 'outputs among which reference is, in its own form; where several are right, each option as reference lists it; null when open',
  names ARRAY<STRING> COMMENT 'annotated names that reference lists, each once; empty where it says that there are none; null where it is no list of names',
  labels ARRAY<STRING> NOT NULL COMMENT 'closed label set, empty when open',
  metrics ARRAY<STRING> NOT NULL COMMENT 'registered metrics that score the answer',
  language STRING NOT NULL COMMENT 'ISO 639-1 code of the output',
  max_new_tokens INT NOT NULL COMMENT 'generation limit',
  seed BIGINT NOT NULL COMMENT 'seed of sampling and shots',
  split STRING NOT NULL COMMENT 'train, validation or test',
  access STRING NOT NULL COMMENT 'highest access class of all rows it was made of',
  source STRING NOT NULL COMMENT 'source data set',
  synthetic BOOLEAN COMMENT 'true where it was made of files that are marked as invented: no figure made of it speaks of the data set',
  subject_id STRING COMMENT 'person or document group',
  record_ids ARRAY<STRING> NOT NULL COMMENT 'silver records it was made of',
  origin STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT> NOT NULL COMMENT 'bronze table, its version, and the native file, digest and record number this row is made of',
  joined ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>> COMMENT 'further bronze rows that were joined in'
)
USING delta
PARTITIONED BY (task_id, prompt)
COMMENT 'MedS-Bench: one row per question to a model, with its final messages'
TBLPROPERTIES ('medslake.key' = 'row_id')
