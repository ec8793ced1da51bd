CREATE TABLE gold.set_matches (
  rendering STRING NOT NULL COMMENT 'rendering of gold.instructions that was compared: paper or strict',
  task_id STRING COMMENT 'task; null where nobody says which one the file belongs to',
  outcome STRING NOT NULL COMMENT 'exact, other_output, near, only_there, only_here, or refused: an instance or file that could not be read',
  file STRING COMMENT 'file of the published set, its name below the folder; null when only here',
  number BIGINT COMMENT 'place of the instance in the file, from 1; null when only here, and where the file as a whole is refused',
  instance_id STRING COMMENT 'instance of gold.instructions; null when it has none',
  split STRING COMMENT 'split of that instance',
  same_output BOOLEAN COMMENT 'whether both have the same outputs; null where there are no two',
  similarity DOUBLE COMMENT 'of the two inputs, from 0 to 1: Jaccard of word trigrams, 1 where words or all of it are equal; null where there are no two',
  rule STRING COMMENT 'why it was refused; null where it was not',
  access STRING NOT NULL COMMENT 'access class: the highest of the instance and of the sources of the task; private where the task is not known'
)
USING delta
PARTITIONED BY (rendering)
COMMENT 'Instances of the published MedS-Ins files beside those of gold.instructions, each once; no text of either'
