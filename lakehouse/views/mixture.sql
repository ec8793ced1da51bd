-- Question 1: what is in the mixture? Paper shares: instances measured from Fig. 2 of Wu et al. 2025 (5,133,678 in all).
CREATE VIEW ops.mixture
COMMENT 'Training instances by domain and category, with their share of the whole beside the share in the paper, in percent'
AS WITH paper AS (
  SELECT level, name, instances FROM (VALUES
    ('domain', 'Clinical Text', 1779575),
    ('domain', 'Exam', 354295),
    ('domain', 'Academical Papers', 692636),
    ('domain', 'Medical Knowledge', 2191538),
    ('domain', 'Daily Conversation', 115563),
    ('category', 'Clinical Outcome Prediction', 1147734),
    ('category', 'Text Summarization', 564180),
    ('category', 'Natural Language Inference', 16830),
    ('category', 'Wrong Candidate Generation', 3375),
    ('category', 'Text Classification', 246899),
    ('category', 'Sentence Composition Analysis', 29971),
    ('category', 'Fact Verification', 9945),
    ('category', 'Question Answering', 764864),
    ('category', 'Intent Identification', 10237),
    ('category', 'Explanation', 325719),
    ('category', 'Information Extraction', 151675),
    ('category', 'Translation', 11250),
    ('category', 'Text Completion', 466618),
    ('category', 'Text Retrieval', 161982),
    ('category', 'Word Relation Classification', 10305),
    ('category', 'Treatment Planning', 31816),
    ('category', 'Named Entity Recognition', 41716),
    ('category', 'Diagnosis', 1025601),
    ('category', 'Dialogue', 112908)
  ) AS t(level, name, instances)
),
train AS (SELECT domain, category FROM gold.instructions WHERE split = 'train' AND coalesce(input_variant, 'both') <> 'paper'),
ours AS (
  SELECT 'domain' AS level, domain AS name, count(*) AS instances FROM train GROUP BY domain
  UNION ALL
  SELECT 'category' AS level, category AS name, count(*) AS instances FROM train GROUP BY category
),
totals AS (SELECT count(*) AS instances FROM train)
SELECT
  paper.level,
  paper.name,
  coalesce(ours.instances, 0) AS instances,
  round(100.0 * coalesce(ours.instances, 0) / nullif(totals.instances, 0), 2) AS share,
  round(100.0 * paper.instances / 5133678, 2) AS paper_share
FROM paper
CROSS JOIN totals
LEFT JOIN ours ON ours.level = paper.level AND ours.name = paper.name
