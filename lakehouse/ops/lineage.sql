CREATE TABLE ops.lineage (
  run_id STRING NOT NULL COMMENT 'run',
  output_table STRING NOT NULL COMMENT 'table',
  output_version BIGINT NOT NULL COMMENT 'version committed',
  output_column STRING NOT NULL COMMENT 'column',
  input_table STRING NOT NULL COMMENT 'table, or native file as source/file',
  input_column STRING NOT NULL COMMENT 'column'
)
USING delta
PARTITIONED BY (output_table)
COMMENT 'Column lineage: which input columns each output column is made of'
