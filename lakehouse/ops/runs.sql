CREATE TABLE ops.runs (
  run_id STRING NOT NULL COMMENT 'UUID',
  job STRING NOT NULL COMMENT 'ingest, instructions, benchmark, pack, train, infer, score',
  state STRING NOT NULL COMMENT 'COMPLETE or FAIL',
  started TIMESTAMP NOT NULL COMMENT 'UTC',
  ended TIMESTAMP NOT NULL COMMENT 'UTC',
  params STRING NOT NULL COMMENT 'parameters as JSON',
  code_version STRING NOT NULL COMMENT 'medslake version and git commit where known',
  inputs STRING NOT NULL COMMENT 'tables and versions read, and files with digests, as JSON',
  outputs STRING NOT NULL COMMENT 'tables, versions, rows and quarantined rows, as JSON',
  error STRING COMMENT 'one sentence'
)
USING delta
COMMENT 'One row per run that wrote something or failed'
TBLPROPERTIES ('medslake.key' = 'run_id')
