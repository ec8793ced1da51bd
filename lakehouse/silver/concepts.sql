CREATE TABLE silver.concepts (
  concept_id STRING NOT NULL COMMENT 'id in the terminology',
  name STRING NOT NULL COMMENT 'preferred name',
  synonyms ARRAY<STRING> NOT NULL COMMENT 'exact synonyms',
  definition STRING COMMENT 'textual definition',
  relations ARRAY<STRUCT<type: STRING, target: STRING, target_name: STRING>> NOT NULL COMMENT 'relations to other concepts; is_a points to the parent; target is null where the release names it without an id',
  xrefs ARRAY<STRING> NOT NULL COMMENT 'ids in other terminologies',
  attributes ARRAY<STRUCT<name: STRING, value: STRING>> COMMENT 'further facts such as symptoms or tests'
)
COMMENT 'Terminology concepts'
