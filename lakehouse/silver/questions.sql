CREATE TABLE silver.questions (
  source STRING NOT NULL COMMENT 'name of the source data set',
  record_id STRING NOT NULL COMMENT 'stable id of the record inside its source',
  subject_id STRING COMMENT 'person or document group that must not straddle splits, null where the source has none',
  split STRING NOT NULL COMMENT 'train, validation or test, by the split rule of the source',
  language STRING NOT NULL COMMENT 'ISO 639-1 code of the text',
  domain STRING NOT NULL COMMENT 'one of the five domains of MedS-Ins',
  access STRING NOT NULL COMMENT 'access class: public < registered < noncommercial < dua < credentialed < private',
  question STRING NOT NULL COMMENT 'the question',
  context ARRAY<STRUCT<name: STRING, text: STRING>> COMMENT 'passages to answer from',
  options ARRAY<STRUCT<key: STRING, text: STRING>> COMMENT 'options in their printed order',
  answer_keys ARRAY<STRING> COMMENT 'keys of the right options',
  answer STRING COMMENT 'answer as text or closed label',
  long_answer STRING COMMENT 'conclusion or explanation given as the answer',
  rationale STRING COMMENT 'why the answer is right',
  topic STRING COMMENT 'subject or exam part',
  origin STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT> NOT NULL COMMENT 'bronze table, its version, and the native file, digest and record number this row is made of',
  joined ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>> COMMENT 'further bronze rows that were joined in'
)
USING delta
PARTITIONED BY (source)
COMMENT 'Questions with context, options and answers'
TBLPROPERTIES ('medslake.key' = 'source,record_id')
