CREATE TABLE silver.parallel_texts (
  texts MAP<STRING, STRING> NOT NULL COMMENT 'the same text by ISO 639-1 code of its language, that of the row among them'
)
COMMENT 'The same text in several languages'
