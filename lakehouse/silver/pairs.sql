CREATE TABLE silver.pairs (
  text STRING NOT NULL COMMENT 'what the candidates are set against: a premise, a claim, a query',
  candidates ARRAY<STRUCT<id: STRING, text: STRING, label: STRING, explanation: STRING>> NOT NULL COMMENT 'candidates in the order of the release, each with the label that holds between the two; id: in the release, null where it has none',
  label_set STRING NOT NULL COMMENT 'name of the label set'
)
COMMENT 'Texts and candidates, with what holds between them: inference, verdicts on claims, relevance'
