CREATE TABLE gold.scores (
  score_id STRING NOT NULL COMMENT 'hash of level, model, set, task, metric, variant and row',
  level STRING NOT NULL COMMENT 'row, task or group',
  model STRING NOT NULL COMMENT 'model; those whose name begins with baseline: know no medicine',
  run_set STRING NOT NULL COMMENT 'set of answers scored',
  engine STRING NOT NULL COMMENT 'engine that answered',
  settings STRING NOT NULL COMMENT 'settings of the answers as JSON, which tell the sets of a model apart',
  prompt STRING NOT NULL COMMENT 'paper or chat',
  task_id STRING COMMENT 'task, null for groups',
  task_group STRING NOT NULL COMMENT 'clinical task group; group/column where tasks are pooled as printed, such as summarization/CT',
  metric STRING NOT NULL COMMENT 'accuracy, balanced_accuracy, precision, recall, f1, bleu1, rouge, rouge1, rouge2, rougeL, bleu',
  variant STRING NOT NULL COMMENT 'paper or strict',
  value DOUBLE COMMENT 'percentage, null where no figure can be given',
  reason STRING COMMENT 'why there is no value, null where there is one',
  ci_low DOUBLE COMMENT 'lower end of the 95 % bootstrap interval',
  ci_high DOUBLE COMMENT 'upper end of the 95 % bootstrap interval',
  n BIGINT NOT NULL COMMENT 'rows',
  clean_value DOUBLE COMMENT 'percentage over the rows of which the leak gate knows no copy on the training side, null without such rows',
  clean_ci_low DOUBLE COMMENT 'lower end of its interval',
  clean_ci_high DOUBLE COMMENT 'upper end of its interval',
  n_clean BIGINT NOT NULL COMMENT 'such rows',
  n_missing BIGINT NOT NULL COMMENT 'rows without an answer',
  n_invalid BIGINT NOT NULL COMMENT 'answers from which nothing could be read',
  prediction_id STRING COMMENT 'prediction, for rows',
  signature STRING NOT NULL COMMENT 'library and version that define the number',
  benchmark_version BIGINT NOT NULL COMMENT 'version of gold.benchmark',
  predictions_version BIGINT NOT NULL COMMENT 'version of gold.predictions',
  contamination_version BIGINT COMMENT 'version of ops.contamination, null where the leak gate has recorded nothing',
  code_version STRING NOT NULL COMMENT 'version of medslake, and its commit in a checkout, that scored',
  access STRING NOT NULL COMMENT 'highest access class scored',
  synthetic BOOLEAN COMMENT 'true where a row scored is made of files that are marked as invented: it says nothing beside a published score'
)
USING delta
PARTITIONED BY (model)
COMMENT 'Scores of rows, tasks and groups, in both variants'
TBLPROPERTIES ('medslake.key' = 'score_id')
