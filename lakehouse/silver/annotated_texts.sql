CREATE TABLE silver.annotated_texts (
  text STRING NOT NULL COMMENT 'the text; offsets count characters of it from 0',
  unit STRING NOT NULL COMMENT 'sentence or document',
  entity_types ARRAY<STRING> NOT NULL COMMENT 'entity types that were annotated, so that none found means none present',
  entities ARRAY<STRUCT<id: STRING, start: INT, end: INT, type: STRING, text: STRING, concept: STRING>> NOT NULL COMMENT 'entities in order of start; id: in the record, null where the corpus gives none; end is exclusive; several concepts of one entity are joined by |',
  relations ARRAY<STRUCT<type: STRING, head: STRING, tail: STRING>> COMMENT 'relations; head and tail are ids of entities, or concepts where the corpus relates concepts',
  tokens ARRAY<STRUCT<text: STRING, tag: STRING>> COMMENT 'tokens of the corpus with their tags, where it is written in columns'
)
COMMENT 'Texts with entity and relation annotations'
