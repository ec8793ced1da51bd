CREATE TABLE gold.predictions (
  prediction_id STRING NOT NULL COMMENT 'hash of model, engine settings and row',
  row_id STRING NOT NULL COMMENT 'row of gold.benchmark',
  instance_id STRING NOT NULL COMMENT 'instance asked',
  task_id STRING NOT NULL COMMENT 'task',
  model STRING NOT NULL COMMENT 'name of the model',
  model_hash STRING NOT NULL COMMENT 'digest of its files (weights, tokenizer, template, configuration) or the name of a remote model',
  engine STRING NOT NULL COMMENT 'engine that ran it',
  settings STRING NOT NULL COMMENT 'generation settings as JSON',
  run_set STRING NOT NULL COMMENT 'hash of model, engine, settings and benchmark version: one complete set of answers',
  shard INT NOT NULL COMMENT 'shard of the batch plan',
  prediction STRING COMMENT 'answer, null when error is set',
  error STRING COMMENT 'why there is no answer',
  finish_reason STRING NOT NULL COMMENT 'stop, length, choice, error where the engine failed, or the word that a server delivered, such as content_filter',
  prompt_tokens INT NOT NULL COMMENT 'tokens read',
  new_tokens INT NOT NULL COMMENT 'tokens written',
  choice_logprobs ARRAY<STRUCT<choice: STRING, logprob: DOUBLE, mean_logprob: DOUBLE>> COMMENT 'with log-likelihoods: natural logarithm of each choice\'s probability after the prompt, summed over its tokens and per token',
  served_model STRING COMMENT 'model that a server says has answered',
  system_fingerprint STRING COMMENT 'fingerprint that a server gives its system',
  benchmark_version BIGINT NOT NULL COMMENT 'version of gold.benchmark',
  access STRING NOT NULL COMMENT 'access class: the higher of the row\'s and the model\'s'
)
USING delta
PARTITIONED BY (model)
COMMENT 'Answers of models to benchmark rows'
TBLPROPERTIES ('medslake.key' = 'prediction_id')
