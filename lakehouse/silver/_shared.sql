CREATE TABLE silver._shared (
  source STRING NOT NULL COMMENT 'name of the source data set',
  record_id STRING NOT NULL COMMENT 'stable id of the record inside its source',
  subject_id STRING COMMENT 'person or document group that must not straddle splits, null where the source has none',
  split STRING NOT NULL COMMENT 'train, validation or test, by the split rule of the source',
  language STRING NOT NULL COMMENT 'ISO 639-1 code of the text',
  domain STRING NOT NULL COMMENT 'one of the five domains of MedS-Ins',
  access STRING NOT NULL COMMENT 'access class: public < registered < noncommercial < dua < credentialed < private',
  origin STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT> NOT NULL COMMENT 'bronze table, its version, and the native file, digest and record number this row is made of',
  joined ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>> COMMENT 'further bronze rows that were joined in'
)
USING delta
PARTITIONED BY (source)
COMMENT 'Columns that every silver table has: origin and joined behind its own ones, the others before them'
TBLPROPERTIES ('medslake.key' = 'source,record_id')
