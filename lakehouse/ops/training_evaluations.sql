CREATE TABLE ops.training_evaluations (
  training_id STRING NOT NULL COMMENT 'training run',
  recipe STRING NOT NULL COMMENT 'recipe',
  plan STRING NOT NULL COMMENT 'pack plan that is trained on; the held-out instances are those of <plan>-held in gold.packs',
  step BIGINT NOT NULL COMMENT 'optimiser steps done before; 0: the base model',
  domain STRING NOT NULL COMMENT 'one of the five domains',
  loss DOUBLE NOT NULL COMMENT 'mean over the supervised tokens of the held-out instances of the domain',
  tokens BIGINT NOT NULL COMMENT 'these tokens',
  instances BIGINT NOT NULL COMMENT 'these instances'
)
USING delta
PARTITIONED BY (training_id)
COMMENT 'Loss on held-out training instances by domain, every eval_every steps'
TBLPROPERTIES ('medslake.key' = 'training_id,step,domain')
