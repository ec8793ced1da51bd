CREATE TABLE silver.documents (
  title STRING COMMENT 'title of the document',
  sections ARRAY<STRUCT<name: STRING, text: STRING>> NOT NULL COMMENT 'sections in reading order'
)
COMMENT 'Texts with named sections'
