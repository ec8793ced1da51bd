CREATE TABLE ops.quarantine (
  table_name STRING NOT NULL COMMENT 'table the row was meant for',
  slice STRING NOT NULL COMMENT 'partition written, such as source=medqa, or whole',
  source STRING NOT NULL COMMENT 'source data set',
  file STRING NOT NULL COMMENT 'native file',
  sha256 STRING NOT NULL COMMENT 'digest of the file',
  row BIGINT NOT NULL COMMENT 'record number in the file',
  rules ARRAY<STRING> NOT NULL COMMENT 'rules broken',
  content STRING NOT NULL COMMENT 'the row as JSON, or the raw record where it could not be read',
  access STRING NOT NULL COMMENT 'access class of the row',
  run_id STRING NOT NULL COMMENT 'run that set it aside'
)
USING delta
PARTITIONED BY (table_name, slice)
COMMENT 'Rows that broke a rule at the last write of their slice, whole, with where they came from'
