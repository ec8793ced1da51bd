CREATE TABLE gold.packs (
  plan STRING NOT NULL COMMENT 'hash of recipe data fields, tokenizer and instruction versions; <hash>-held: instances kept out of that plan',
  epoch INT NOT NULL COMMENT '0-based epoch',
  row BIGINT NOT NULL COMMENT '0-based position inside the plan, the training order',
  length INT NOT NULL COMMENT 'capacity in tokens',
  tokens INT NOT NULL COMMENT 'tokens used; the rest is padding',
  supervised INT NOT NULL COMMENT 'tokens that bear loss',
  input_ids ARRAY<INT> NOT NULL COMMENT 'token ids without padding',
  segments ARRAY<STRUCT<instance_id: STRING, definition_id: STRING, start: INT, length: INT, prompt: INT>> NOT NULL COMMENT 'instances in the row; prompt = leading tokens without loss, shots among them',
  recipe STRING NOT NULL COMMENT 'recipe fields that the plan was made with, JSON',
  seed BIGINT NOT NULL COMMENT 'seed of the plan',
  tokenizer STRING NOT NULL COMMENT 'hash of the tokenizer',
  instructions_version BIGINT NOT NULL COMMENT 'version of gold.instructions',
  access STRING NOT NULL COMMENT 'highest access class in the row, that of shots included'
)
USING delta
PARTITIONED BY (plan)
COMMENT 'Pack plan: token rows of fixed length, in training order'
TBLPROPERTIES ('medslake.key' = 'plan,row')
