CREATE TABLE silver.questions (
  question STRING NOT NULL COMMENT 'the question',
  context ARRAY<STRUCT<name: STRING, text: STRING>> COMMENT 'passages to answer from',
  options ARRAY<STRUCT<key: STRING, text: STRING>> COMMENT 'options in their printed order',
  answer_keys ARRAY<STRING> COMMENT 'keys of the right options',
  answer STRING COMMENT 'answer as text or closed label',
  long_answer STRING COMMENT 'conclusion or explanation given as the answer',
  rationale STRING COMMENT 'why the answer is right',
  topic STRING COMMENT 'subject or exam part'
)
COMMENT 'Questions with context, options and answers'
