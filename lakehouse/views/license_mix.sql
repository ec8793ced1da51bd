-- Question 4: under which licences does the training set stand?
CREATE VIEW ops.license_mix
COMMENT 'Training instances by source with its licence and access class, and their share in percent'
AS WITH train AS (
  SELECT source, access, count(*) AS instances FROM gold.instructions WHERE split = 'train' AND coalesce(input_variant, 'both') <> 'paper' GROUP BY source, access
),
totals AS (SELECT sum(instances) AS instances FROM train)
SELECT
  train.source,
  s.title,
  s.licence,
  s.citation,
  train.access,
  train.instances,
  round(100.0 * train.instances / totals.instances, 2) AS share
FROM train
CROSS JOIN totals
LEFT JOIN ops.sources s ON s.source = train.source
