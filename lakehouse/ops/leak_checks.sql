CREATE TABLE ops.leak_checks (
  gate STRING NOT NULL COMMENT 'which comparison: instructions, benchmark/<prompt>, or leaks',
  task_id STRING NOT NULL COMMENT 'task whose rows were compared',
  side STRING NOT NULL COMMENT 'train, shot, encounter or bench, see ops.contamination',
  rows BIGINT NOT NULL COMMENT 'rows of the task on that side; 0 where it has none'
)
USING delta
PARTITIONED BY (gate)
COMMENT 'What the leak gate looked at when it last compared'
