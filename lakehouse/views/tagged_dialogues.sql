CREATE VIEW gold.tagged_dialogues
COMMENT 'Every conversation with what each tagger says of it: `where tagger = ... and score >= ...` chooses the medical ones'
AS SELECT
  d.source,
  d.record_id,
  d.split,
  d.language,
  t.tagger,
  t.score,
  t.threshold,
  t.score >= t.threshold AS medical,
  t.evidence,
  t.error,
  t.access,
  d.collection,
  d.turns
FROM silver.dialogues d
JOIN gold.tags t ON t.table_name = 'silver.dialogues' AND t.source = d.source AND t.record_id = d.record_id
