CREATE TABLE silver.concepts (
  source STRING NOT NULL COMMENT 'name of the source data set',
  record_id STRING NOT NULL COMMENT 'stable id of the record inside its source',
  subject_id STRING COMMENT 'person or document group that must not straddle splits, null where the source has none',
  split STRING NOT NULL COMMENT 'train, validation or test, by the split rule of the source',
  language STRING NOT NULL COMMENT 'ISO 639-1 code of the text',
  domain STRING NOT NULL COMMENT 'one of the five domains of MedS-Ins',
  access STRING NOT NULL COMMENT 'access class: public < registered < noncommercial < dua < credentialed < private',
  concept_id STRING NOT NULL COMMENT 'id in the terminology',
  name STRING NOT NULL COMMENT 'preferred name',
  synonyms ARRAY<STRING> NOT NULL COMMENT 'exact synonyms',
  definition STRING COMMENT 'textual definition',
  relations ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>> NOT NULL COMMENT 'relations to other concepts; is_a points to the parent; target is null where the release names it without an id',
  xrefs ARRAY<STRING> NOT NULL COMMENT 'ids in other terminologies',
  attributes ARRAY<STRUCT<name: STRING, value: STRING>> COMMENT 'further facts such as symptoms or tests',
  origin STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT> NOT NULL COMMENT 'bronze table, its version, and the native file, digest and record number this row is made of',
  joined ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>> COMMENT 'further bronze rows that were joined in'
)
USING delta
PARTITIONED BY (source)
COMMENT 'Terminology concepts'
TBLPROPERTIES ('medslake.key' = 'source,record_id')
