CREATE TABLE ops.contamination (
  train_instance_id STRING NOT NULL COMMENT 'training instance, or the shot',
  train_task_id STRING NOT NULL COMMENT 'its task',
  bench_instance_id STRING NOT NULL COMMENT 'benchmark instance',
  bench_task_id STRING NOT NULL COMMENT 'its task',
  side STRING NOT NULL COMMENT 'train: instance that a model is trained on; shot: example in the prompt of the row',
  test STRING NOT NULL COMMENT 'exact, ngram, minhash or subject',
  score DOUBLE NOT NULL COMMENT '1.0 for exact',
  action STRING NOT NULL COMMENT 'dropped: left out of gold.instructions; refused: the benchmark commit was refused; found: both stand in the lake',
  source STRING NOT NULL COMMENT 'source of the training row',
  train_file STRING NOT NULL COMMENT 'native file of the training row',
  train_row BIGINT NOT NULL COMMENT 'record number in it',
  bench_file STRING NOT NULL COMMENT 'native file of the benchmark row',
  bench_row BIGINT NOT NULL COMMENT 'record number in it',
  access STRING NOT NULL COMMENT 'highest access class of both rows',
  instructions_version BIGINT NOT NULL COMMENT 'version of gold.instructions that was checked; -1 for rows dropped before they got there'
)
USING delta
PARTITIONED BY (action)
COMMENT 'Verdicts of the leak gate'
