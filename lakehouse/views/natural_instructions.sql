CREATE VIEW ops.natural_instructions
COMMENT 'Tasks of Super-NaturalInstructions by the rule that takes them: the list of the paper, and the plain rule (Medicine or Healthcare in a path of Domains), with reasons and the difference'
AS SELECT
  collection AS task,
  domain,
  access,
  count(*) AS instances,
  max(taken_by.paper) AS paper,
  max(taken_by.plain) AS plain,
  CASE
    WHEN max(taken_by.plain) IS NULL THEN 'missed by the plain rule'
    WHEN max(taken_by.paper) IS NULL THEN 'let in by the plain rule'
    ELSE 'taken by both'
  END AS difference
FROM silver.prompts
WHERE source = 'sni_tasks' AND taken_by IS NOT NULL
GROUP BY collection, domain, access
