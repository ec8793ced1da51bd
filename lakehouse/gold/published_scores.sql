CREATE TABLE gold.published_scores (
  model STRING NOT NULL COMMENT 'model as printed',
  dataset STRING NOT NULL COMMENT 'data set as printed',
  part STRING NOT NULL COMMENT 'column inside the data set, empty when there is one',
  task_group STRING NOT NULL COMMENT 'clinical task group',
  task_ids ARRAY<STRING> NOT NULL COMMENT 'tasks behind the number',
  metric STRING NOT NULL COMMENT 'metric as printed',
  value DOUBLE NOT NULL COMMENT 'percentage',
  table_number STRING NOT NULL COMMENT 'table of the paper',
  n BIGINT COMMENT 'rows scored, where known'
)
USING delta
COMMENT 'Scores printed in the paper, to lay beside ours'
TBLPROPERTIES ('medslake.key' = 'model,task_group,dataset,part,metric')
