CREATE VIEW gold.tag_summary
COMMENT 'Conversations by tagger and source: how many are medical at the threshold of the tagger, how many have no verdict, and the mean score'
AS SELECT
  tagger,
  table_name,
  source,
  count(*) AS conversations,
  sum(CASE WHEN score >= threshold THEN 1 ELSE 0 END) AS medical,
  sum(CASE WHEN score IS NULL THEN 1 ELSE 0 END) AS without_verdict,
  round(avg(score), 4) AS mean_score
FROM gold.tags
GROUP BY tagger, table_name, source
