CREATE TABLE ops.training_steps (
  training_id STRING NOT NULL COMMENT 'training run',
  recipe STRING NOT NULL COMMENT 'recipe',
  plan STRING NOT NULL COMMENT 'pack plan',
  step BIGINT NOT NULL COMMENT '0-based step',
  epoch DOUBLE NOT NULL COMMENT 'epochs seen',
  loss DOUBLE NOT NULL COMMENT 'mean over supervised tokens of the global batch',
  grad_norm DOUBLE NOT NULL COMMENT 'before clipping',
  lr DOUBLE NOT NULL COMMENT 'learning rate',
  tokens BIGINT NOT NULL COMMENT 'tokens processed by all workers, padding included',
  useful_tokens BIGINT NOT NULL COMMENT 'tokens without padding',
  supervised_tokens BIGINT NOT NULL COMMENT 'tokens that bear loss',
  fill DOUBLE NOT NULL COMMENT 'useful_tokens / tokens',
  tokens_per_second DOUBLE NOT NULL COMMENT 'tokens / wall second',
  useful_tokens_per_second DOUBLE NOT NULL COMMENT 'useful_tokens / wall second',
  seconds DOUBLE NOT NULL COMMENT 'wall seconds of the step',
  data_seconds DOUBLE COMMENT 'of these on worker 0: laying the rows out and sending them to the device',
  forward_backward_seconds DOUBLE COMMENT 'forward and backward pass, with the gathering of weights and reduction of gradients during them',
  communication_seconds DOUBLE COMMENT 'reducing gradient norm and loss afterwards, with the wait for the slowest worker',
  optimizer_seconds DOUBLE COMMENT 'norm of the own gradients, clipping, update',
  mfu DOUBLE COMMENT 'model FLOP/s (6 per parameter and token, 4 per frozen one) over the peak of all devices; null where the peak is unknown',
  peak_memory BIGINT COMMENT 'bytes on worker 0 so far: of the device, on the CPU of the process',
  world_size INT NOT NULL COMMENT 'workers',
  first_row BIGINT NOT NULL COMMENT 'first row of the plan in the step',
  rows INT NOT NULL COMMENT 'rows of the plan in the step'
)
USING delta
PARTITIONED BY (training_id)
COMMENT 'One row per optimiser step'
TBLPROPERTIES ('medslake.key' = 'training_id,step')
