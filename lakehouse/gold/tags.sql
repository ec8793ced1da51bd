CREATE TABLE gold.tags (
  tagger STRING NOT NULL COMMENT 'who says it: a tagger, with the name of the model after an @ where it asks one',
  table_name STRING NOT NULL COMMENT 'table of the conversation',
  source STRING NOT NULL COMMENT 'source of the conversation',
  record_id STRING NOT NULL COMMENT 'record of the conversation',
  score DOUBLE COMMENT 'how medical it is, from 0 to 1; null when error is set',
  threshold DOUBLE NOT NULL COMMENT 'score from which on the tagger counts it as medical where nobody says another',
  evidence ARRAY<STRING> NOT NULL COMMENT 'what spoke for it and against it',
  error STRING COMMENT 'why there is no score',
  made_by STRING NOT NULL COMMENT 'digest of the tagger: its code and words with the terms of its vocabulary, or with model, engine and settings',
  verdict_key STRING NOT NULL COMMENT 'digest of made_by and of the conversation: an equal one is not judged again',
  access STRING NOT NULL COMMENT 'access class: the highest of the conversation\'s and of the vocabulary\'s or the model\'s',
  joined ARRAY<STRUCT<table: STRING, version: BIGINT, file: STRING, sha256: STRING, row: BIGINT>> COMMENT 'bronze tables that terms of the vocabulary come from; file and row are null, as there are many'
)
USING delta
PARTITIONED BY (tagger, table_name, source)
COMMENT 'How medical conversations are, by tagger; the threshold is a WHERE'
TBLPROPERTIES ('medslake.key' = 'tagger,table_name,source,record_id')
