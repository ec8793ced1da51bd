CREATE TABLE bronze._shared (
  _source STRING NOT NULL COMMENT 'name of the source data set',
  _file STRING NOT NULL COMMENT 'native file, relative to the folder that was ingested',
  _sha256 STRING NOT NULL COMMENT 'SHA-256 of the native file as delivered',
  _row BIGINT NOT NULL COMMENT '1-based number of the record in its file, as the format counts records',
  _access STRING NOT NULL COMMENT 'access class of the source'
)
USING delta
COMMENT 'Columns that every bronze table has after its native ones'
