CREATE TABLE ops.contamination (
  train_instance_id STRING NOT NULL COMMENT 'training instance',
  train_task_id STRING NOT NULL COMMENT 'its task',
  bench_instance_id STRING NOT NULL COMMENT 'benchmark instance',
  bench_task_id STRING NOT NULL COMMENT 'its task',
  test STRING NOT NULL COMMENT 'exact, ngram, minhash or subject',
  score DOUBLE NOT NULL COMMENT '1.0 for exact',
  action STRING NOT NULL COMMENT 'dropped or refused',
  source STRING NOT NULL COMMENT 'source of the training row',
  instructions_version BIGINT NOT NULL COMMENT 'version of gold.instructions'
)
USING delta
PARTITIONED BY (test)
COMMENT 'Verdicts of the leak gate'
