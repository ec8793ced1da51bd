CREATE TABLE silver.labelled_texts (
  text STRING NOT NULL COMMENT 'the text to classify',
  labels ARRAY<STRING> NOT NULL COMMENT 'labels that hold, in the order of the label set; empty = none',
  label_set STRING NOT NULL COMMENT 'name of the label set',
  unit STRING NOT NULL COMMENT 'sentence or document',
  position INT COMMENT '1-based position inside the document for sentences',
  label_names MAP<STRING, STRING> COMMENT 'what a label stands for, where labels are codes and their names are at hand'
)
COMMENT 'Texts with labels of a closed set'
