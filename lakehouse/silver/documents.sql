CREATE TABLE silver.documents (
  title STRING COMMENT 'title of the document',
  sections ARRAY<STRUCT<name: STRING, text: STRING>> NOT NULL COMMENT 'sections in reading order',
  attributes MAP<STRING, STRING> COMMENT 'facts about the document by name, such as journal or year'
)
COMMENT 'Texts with named sections'
