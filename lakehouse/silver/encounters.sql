CREATE TABLE silver.encounters (
  features ARRAY<STRUCT<name: STRING, value: STRING, unit: STRING>> NOT NULL COMMENT 'features in the order they are to be told',
  outcomes MAP<STRING, STRING> NOT NULL COMMENT 'outcomes by name; never part of features',
  started TIMESTAMP COMMENT 'start, as released (MIMIC dates are shifted)',
  ended TIMESTAMP COMMENT 'end, as released'
)
COMMENT 'Encounters of a person with care'
