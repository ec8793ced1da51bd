CREATE TABLE ops.runs (
  run_id STRING NOT NULL COMMENT 'UUID',
  job STRING NOT NULL COMMENT 'fetch, ingest, instructions, benchmark, pack, train, infer, score',
  state STRING NOT NULL COMMENT 'RUNNING, COMPLETE, FAIL, or DIED: its process ended before the run did',
  started TIMESTAMP NOT NULL COMMENT 'UTC',
  ended TIMESTAMP NOT NULL COMMENT 'UTC; while it is RUNNING when it started; of one that DIED when that was noticed',
  params STRING NOT NULL COMMENT 'parameters as JSON',
  code_version STRING NOT NULL COMMENT 'medslake version and git commit where known',
  inputs STRING NOT NULL COMMENT 'tables and versions read, and files with digests, as JSON',
  outputs STRING NOT NULL COMMENT 'tables, versions, rows and quarantined rows, as JSON',
  error STRING COMMENT 'one sentence; what stands of a run that DIED',
  host STRING COMMENT 'where it runs',
  process STRING COMMENT 'process id on that host, and the clock tick at which the process began',
  accounts ARRAY<STRUCT<table_name: STRING, slice: STRING, version: BIGINT, rows_read: BIGINT, written: BIGINT, set_aside: BIGINT, left_out: BIGINT, reasons: STRING>> COMMENT 'what became of the rows read, by table and slice written: rows_read (null where it was not told) = written + set_aside + left_out; reasons: JSON, reason -> rows left out'
)
USING delta
COMMENT 'One row per run that wrote something or failed; it stands from before the first commit on'
TBLPROPERTIES ('medslake.key' = 'run_id')
