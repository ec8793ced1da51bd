CREATE TABLE ops.sources (
  source STRING NOT NULL COMMENT 'name of the source data set',
  title STRING NOT NULL COMMENT 'title',
  citation STRING NOT NULL COMMENT 'what to cite',
  licence STRING NOT NULL COMMENT 'licence as stated by the publisher',
  access STRING NOT NULL COMMENT 'access class: public < registered < noncommercial < dua < credentialed < private',
  urls ARRAY<STRING> NOT NULL COMMENT 'where the publisher has it',
  split_rule STRING NOT NULL COMMENT 'how split comes about',
  synthetic BOOLEAN COMMENT 'true where the files are marked as invented; no figure made of them speaks of the data set'
)
USING delta
COMMENT 'What is registered about the sources whose tasks were built'
TBLPROPERTIES ('medslake.key' = 'source')
