CREATE VIEW gold.plans
COMMENT 'Pack plans: what each was made with, and how full its rows are; useful = share of the capacity that bears loss'
AS SELECT
  plan,
  recipe,
  seed,
  tokenizer,
  instructions_version,
  length,
  max(epoch) + 1 AS epochs,
  count(*) AS `rows`,
  sum(cardinality(segments)) AS instances,
  sum(tokens) AS tokens,
  sum(supervised) AS supervised,
  round(1.0 * sum(tokens) / sum(CAST(length AS BIGINT)), 6) AS fill,
  round(1.0 * sum(supervised) / sum(CAST(length AS BIGINT)), 6) AS useful,
  CASE max(CASE access
    WHEN 'public' THEN 0 WHEN 'registered' THEN 1 WHEN 'noncommercial' THEN 2 WHEN 'dua' THEN 3 WHEN 'credentialed' THEN 4 ELSE 5
  END)
    WHEN 0 THEN 'public' WHEN 1 THEN 'registered' WHEN 2 THEN 'noncommercial' WHEN 3 THEN 'dua' WHEN 4 THEN 'credentialed' ELSE 'private'
  END AS access
FROM gold.packs
GROUP BY plan, recipe, seed, tokenizer, instructions_version, length
