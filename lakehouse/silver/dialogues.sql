CREATE TABLE silver.dialogues (
  turns ARRAY<STRUCT<speaker: STRING, text: STRING>> NOT NULL COMMENT 'turns in order',
  instruction STRING COMMENT 'instruction that came with the dialogue',
  summary STRING COMMENT 'summary of the dialogue',
  collection STRING COMMENT 'subset of the source'
)
COMMENT 'Conversations'
