CREATE TABLE ops.quality_results (
  run_id STRING NOT NULL COMMENT 'run',
  table_name STRING NOT NULL COMMENT 'table',
  slice STRING NOT NULL COMMENT 'partition written, such as source=medqa, or whole',
  rule STRING NOT NULL COMMENT 'expectation and columns',
  severity STRING NOT NULL COMMENT 'error, quarantine or warn',
  success BOOLEAN NOT NULL COMMENT 'held on the committed rows',
  unexpected BIGINT NOT NULL COMMENT 'rows that broke it',
  rows BIGINT NOT NULL COMMENT 'rows seen',
  checked TIMESTAMP NOT NULL COMMENT 'UTC',
  detail STRING COMMENT 'observed value as JSON'
)
USING delta
PARTITIONED BY (table_name)
COMMENT 'Outcome of every expectation at every commit'
