CREATE TABLE gold.pack_instances (
  plan STRING NOT NULL COMMENT 'pack plan',
  epoch INT NOT NULL COMMENT '0-based epoch',
  instance_id STRING NOT NULL COMMENT 'instance whose text is in the row',
  row BIGINT NOT NULL COMMENT 'row of gold.packs',
  segment INT NOT NULL COMMENT '1-based number of the segment in the row',
  shot INT NOT NULL COMMENT '0 = the instance that the segment teaches, n = the n-th shot of its prompt',
  task_id STRING NOT NULL COMMENT 'task',
  definition_id STRING NOT NULL COMMENT 'definition of the segment',
  tokens INT NOT NULL COMMENT 'tokens of the instance in the row; they add up to those of the row',
  supervised INT NOT NULL COMMENT 'those of them that bear loss, none of a shot',
  access STRING NOT NULL COMMENT 'access class of the instance'
)
USING delta
PARTITIONED BY (plan)
COMMENT 'Every instance in the rows of a pack plan, as itself or as a shot, in order of epoch and instance: an index of gold.packs'
