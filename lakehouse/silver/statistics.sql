CREATE TABLE silver.statistics (
  population STRING COMMENT 'whom the figures count, such as the database and the statistic of a registry; null where the release does not say',
  strata ARRAY<STRUCT<name: STRING, value: STRING>> NOT NULL COMMENT 'what sets the group apart from others, in the order of the release',
  figures ARRAY<STRUCT<name: STRING, value: STRING, flag: STRING>> NOT NULL COMMENT 'figures of the group as written; flag: signs that the release puts behind one'
)
COMMENT 'Figures of groups of people'
