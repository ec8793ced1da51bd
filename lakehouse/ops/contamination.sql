CREATE TABLE ops.contamination (
  train_instance_id STRING NOT NULL COMMENT 'the row that gives the benchmark row away: by side a training instance, a shot, or another row of the benchmark',
  train_task_id STRING NOT NULL COMMENT 'its task',
  bench_instance_id STRING NOT NULL COMMENT 'benchmark instance',
  bench_task_id STRING NOT NULL COMMENT 'its task',
  side STRING NOT NULL COMMENT 'train: instance that a model is trained on; shot: example in the prompt of the row; encounter: either of a task that reads structured encounters; bench: row of another benchmark set, or of its own one that asks the same',
  test STRING NOT NULL COMMENT 'exact, ngram, minhash, subject, or another registered test',
  score DOUBLE NOT NULL COMMENT 'from 0 to 1, as the test defines it; 1.0 for exact; ngram: share of the benchmark row that stands anywhere on the side',
  action STRING NOT NULL COMMENT 'dropped: left out of gold.instructions; refused: the commit was refused; found: both stand in the lake against the policy; tagged: both stand, the row is not clean; noted: both stand, the row is clean',
  source STRING NOT NULL COMMENT 'source of the row that gives it away',
  train_file STRING NOT NULL COMMENT 'its native file',
  train_row BIGINT NOT NULL COMMENT 'record number in it',
  bench_file STRING NOT NULL COMMENT 'native file of the benchmark row',
  bench_row BIGINT NOT NULL COMMENT 'record number in it',
  access STRING NOT NULL COMMENT 'highest access class of both rows',
  part DOUBLE COMMENT 'share of the benchmark row that this row alone gives away; score where the test compares two rows',
  prompt STRING COMMENT 'prompt of the benchmark rows that were being built; null where the verdict is not about one prompt',
  instructions_version BIGINT NOT NULL COMMENT 'version of gold.instructions that was checked; -1 for rows dropped before they got there'
)
USING delta
PARTITIONED BY (action)
COMMENT 'Verdicts of the leak gate'
