CREATE TABLE gold.instructions (
  instance_id STRING NOT NULL COMMENT 'hash of task, records, item and renderer version',
  task_id STRING NOT NULL COMMENT 'task, such as task106',
  category STRING NOT NULL COMMENT 'one of the 19 categories',
  domain STRING NOT NULL COMMENT 'one of the five domains',
  definition_id STRING NOT NULL COMMENT 'definition of epoch 0; others are drawn by seeded hash when packing',
  input_language STRING NOT NULL COMMENT 'language of the input, English name',
  output_language STRING NOT NULL COMMENT 'language of the output, English name',
  definition_language STRING NOT NULL COMMENT 'language of the definition, English name',
  input STRING NOT NULL COMMENT 'what the model reads after the definition',
  output STRING NOT NULL COMMENT 'what the model shall write',
  alternatives ARRAY<STRING> COMMENT 'other outputs that are right as well',
  choices ARRAY<STRING> COMMENT 'outputs among which output is, in its own form; where several are right, each option as output lists it; null when open, and outside split test',
  names ARRAY<STRING> COMMENT 'annotated names that output lists, each once; empty where it says that there are none; null where it is no list of names, and outside split test',
  mistake STRING COMMENT 'kind of the mistake that was planted into the input; null where none was',
  renderer INT NOT NULL COMMENT 'version of the task rendering',
  split STRING NOT NULL COMMENT 'train, validation or test',
  access STRING NOT NULL COMMENT 'highest access class of all rows it was made of',
  source STRING NOT NULL COMMENT 'source data set',
  subject_id STRING COMMENT 'person or document group',
  record_ids ARRAY<STRING> NOT NULL COMMENT 'silver records it was made of',
  origin STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT> NOT NULL COMMENT 'bronze table, its version, and the native file, digest and record number this row is made of',
  joined ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>> COMMENT 'further bronze rows that were joined in'
)
USING delta
PARTITIONED BY (task_id)
COMMENT 'MedS-Ins: one row per instance, with the seven elements of the paper and its provenance'
TBLPROPERTIES ('medslake.key' = 'instance_id')
