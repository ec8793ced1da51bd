-- Question 1: what is in the mixture? Figures of the paper, a copy of `src/medslake/bench/mixture.csv`, which says where they come from.
-- Tasks that the paper counts together have none of their own.
CREATE VIEW ops.mixture
COMMENT 'Training instances by source, task, category, domain, language of the output and access class, beside those of the paper, with their shares of the whole in percent'
AS WITH paper AS (
  SELECT task, source, category, domain, language, access, instances FROM (VALUES
    ('task1', 'pico_annotation', 'Information Extraction', 'Academical Papers', 'English', 'noncommercial', 382),
    ('task2', 'pico_annotation', 'Information Extraction', 'Academical Papers', 'English', 'noncommercial', 382),
    ('task3', 'pico_annotation', 'Information Extraction', 'Academical Papers', 'English', 'noncommercial', 382),
    ('task11', 'pubmedqa', 'Text Completion', 'Academical Papers', 'English', 'public', 5850),
    ('task12', 'pubmedqa', 'Fact Verification', 'Academical Papers', 'English', 'public', 5850),
    ('task13', 'pubmedqa', 'Text Completion', 'Academical Papers', 'English', 'public', 5850),
    ('task14', 'pubmedqa', 'Intent Identification', 'Academical Papers', 'English', 'public', 5850),
    ('task15', 'pubmedqa', 'Question Answering', 'Academical Papers', 'English', 'public', 5850),
    ('task16', 'pubhealth', 'Fact Verification', 'Medical Knowledge', 'English', 'public', 225),
    ('task17', 'pubhealth', 'Sentence Composition Analysis', 'Medical Knowledge', 'English', 'public', 2970),
    ('task18', 'pubhealth', 'Explanation', 'Medical Knowledge', 'English', 'public', 2970),
    ('task19', 'ecdc_tm', 'Translation', 'Medical Knowledge', 'Swedish', 'public', 2197),
    ('task20', 'ecdc_tm', 'Translation', 'Medical Knowledge', 'German', 'public', 2197),
    ('task21', 'ecdc_tm', 'Translation', 'Medical Knowledge', 'English', 'public', 2197),
    ('task22', 'headqa', 'Question Answering', 'Exam', 'English', 'public', 2248),
    ('task23', 'headqa', 'Translation', 'Exam', 'Spanish', 'public', 2329),
    ('task24', 'headqa', 'Translation', 'Exam', 'English', 'public', 2329),
    ('task25', 'headqa', 'Text Classification', 'Exam', 'English', 'public', 2273),
    ('task26', 'ade_corpus_v2', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'noncommercial', 2471),
    ('task27', 'ncbi_disease', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 135),
    ('task28', 'bc5cdr', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 69),
    ('task29', 'ade_corpus_v2', 'Information Extraction', 'Medical Knowledge', 'English', 'noncommercial', 205),
    ('task31', 'bc2gm', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 946),
    ('task33', 'linnaeus', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 136),
    ('task35', 'anem', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 101),
    ('task36', 'anem', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 102),
    ('task37', 'ade_corpus_v2', 'Text Classification', 'Medical Knowledge', 'English', 'noncommercial', 1777),
    ('task38', 'medical_question_pairs', 'Text Retrieval', 'Daily Conversation', 'English', 'noncommercial', 2655),
    ('task39', 'catalonia_independence', 'Intent Identification', 'Medical Knowledge', 'English', 'noncommercial', 4410),
    ('task40', 'lima', 'Question Answering', 'Medical Knowledge', 'English', 'noncommercial', 23),
    ('task41', 'mednli', 'Natural Language Inference', 'Clinical Text', 'English', 'credentialed', 10109),
    ('task42', 'mednli', 'Natural Language Inference', 'Clinical Text', 'English', 'credentialed', 3370),
    ('task43', 'mednli', 'Wrong Candidate Generation', 'Clinical Text', 'English', 'credentialed', 3375),
    ('task44', 'mednli', 'Natural Language Inference', 'Clinical Text', 'English', 'credentialed', 3370),
    ('task45', 'disease_ontology', 'Text Completion', 'Medical Knowledge', 'English', 'public', 8393),
    ('task46', 'disease_ontology', 'Explanation', 'Medical Knowledge', 'English', 'public', 10035),
    ('task47', 'disease_ontology', 'Word Relation Classification', 'Medical Knowledge', 'English', 'public', 10305),
    ('task48', 'biolord', 'Text Retrieval', 'Medical Knowledge', 'English', 'dua', 9000),
    ('task49', 'biolord', 'Text Summarization', 'Medical Knowledge', 'English', 'dua', 9000),
    ('task50', 'biolord', 'Explanation', 'Medical Knowledge', 'English', 'dua', 9000),
    ('task51', 'mmedbench', 'Explanation', 'Medical Knowledge', 'Chinese', 'noncommercial', 27400),
    ('task52', 'mmedbench', 'Explanation', 'Medical Knowledge', 'English', 'noncommercial', 10178),
    ('task53', 'mmedbench', 'Explanation', 'Medical Knowledge', 'French', 'noncommercial', 2171),
    ('task54', 'mmedbench', 'Explanation', 'Medical Knowledge', 'Japanese', 'noncommercial', 1590),
    ('task55', 'mmedbench', 'Explanation', 'Medical Knowledge', 'Russian', 'noncommercial', 1052),
    ('task56', 'mmedbench', 'Explanation', 'Medical Knowledge', 'Spanish', 'noncommercial', 2657),
    ('task57', 'medqa', 'Question Answering', 'Medical Knowledge', 'English', 'public', 10178),
    ('task58', 'medqa', 'Question Answering', 'Medical Knowledge', 'Chinese', 'public', 27400),
    ('task59', 'igakuqa', 'Question Answering', 'Medical Knowledge', 'Japanese', 'noncommercial', 1590),
    ('task60', 'frenchmedmcqa', 'Question Answering', 'Medical Knowledge', 'French', 'public', 2171),
    ('task61', 'rumedbench', 'Question Answering', 'Medical Knowledge', 'Russian', 'noncommercial', 1052),
    ('task62', 'liveqa', 'Dialogue', 'Daily Conversation', 'English', 'noncommercial', 450),
    ('task63', 'medmcqa', 'Explanation', 'Exam', 'English', 'public', 160869),
    ('task64', 'medmcqa', 'Question Answering', 'Exam', 'English', 'public', 182822),
    ('task65', 'medication_qa', 'Question Answering', 'Exam', 'English', 'noncommercial', 495),
    (NULL, 'chatdoctor', 'Dialogue', 'Daily Conversation', 'English', 'noncommercial', 112436),
    ('task69', 'medalpaca', 'Question Answering', 'Medical Knowledge', 'English', 'public', 30556),
    (NULL, 'wikidoc', 'Question Answering', 'Medical Knowledge', 'English', 'public', 14355),
    ('task72', 'radiopaedia_caption_ner', 'Sentence Composition Analysis', 'Clinical Text', 'English', 'private', 27001),
    ('task73', 'pmc_patients', 'Text Completion', 'Academical Papers', 'English', 'noncommercial', 150327),
    ('task74', 'pmc_patients', 'Information Extraction', 'Academical Papers', 'English', 'noncommercial', 150327),
    ('task75', 'pmc_patients', 'Text Retrieval', 'Academical Papers', 'English', 'noncommercial', 150327),
    ('task76', 'mimic_iv_note', 'Text Completion', 'Medical Knowledge', 'English', 'credentialed', 296176),
    ('task77', 'clinical_trials_gov', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'noncommercial', 900),
    (NULL, 'mimic_iv_note', 'Text Summarization', 'Clinical Text', 'English', 'credentialed', 293541),
    (NULL, 'mimic_iv_note', 'Text Classification', 'Clinical Text', 'English', 'credentialed', 82532),
    ('task97', 'medlineplus_topics', 'Question Answering', 'Medical Knowledge', 'English', 'public', 12263),
    ('task98', 'medlineplus_topics', 'Text Summarization', 'Medical Knowledge', 'English', 'public', 4005),
    (NULL, 'ebm_summariser_corpus', 'Question Answering', 'Medical Knowledge', 'English', 'noncommercial', 3150),
    ('task101', 'mashqa', 'Question Answering', 'Medical Knowledge', 'English', 'public', 28193),
    ('task102', 'mediqa_ans', 'Question Answering', 'Medical Knowledge', 'English', 'noncommercial', 135),
    ('task103', 'medquad', 'Question Answering', 'Medical Knowledge', 'English', 'public', 14783),
    ('task104', 'bioasq', 'Question Answering', 'Medical Knowledge', 'English', 'registered', 8235),
    ('task105', 'covid_qa', 'Question Answering', 'Medical Knowledge', 'English', 'public', 1823),
    ('task106', 'hoc', 'Text Classification', 'Medical Knowledge', 'English', 'public', 1418),
    ('task107', 'pubmed_mesh', 'Text Classification', 'Medical Knowledge', 'English', 'public', 45001),
    ('task108', 'litcovid', 'Text Classification', 'Medical Knowledge', 'English', 'public', 14513),
    ('task109', 'ms2', 'Text Summarization', 'Medical Knowledge', 'English', 'noncommercial', 12780),
    ('task110', 'rct_text', 'Text Summarization', 'Medical Knowledge', 'English', 'noncommercial', 3376),
    ('task111', 'scientific_papers_pubmed', 'Text Summarization', 'Medical Knowledge', 'English', 'noncommercial', 107936),
    ('task112', 'mimic_cxr', 'Text Summarization', 'Clinical Text', 'English', 'credentialed', 109128),
    ('task113', 'readability', 'Text Summarization', 'Medical Knowledge', 'English', 'noncommercial', 23513),
    ('task114', 'meqsum', 'Text Summarization', 'Medical Knowledge', 'English', 'public', 901),
    ('task115', 'icd10_order', 'Explanation', 'Medical Knowledge', 'English', 'public', 97785),
    ('task116', 'mimic4_icd10', 'Text Classification', 'Clinical Text', 'English', 'credentialed', 99385),
    ('task117', 'mimic4ed', 'Clinical Outcome Prediction', 'Clinical Text', 'English', 'credentialed', 382578),
    ('task118', 'mimic4ed', 'Clinical Outcome Prediction', 'Clinical Text', 'English', 'credentialed', 382578),
    ('task119', 'mimic4ed', 'Clinical Outcome Prediction', 'Clinical Text', 'English', 'credentialed', 382578),
    ('task120', 'cmedqa2', 'Question Answering', 'Medical Knowledge', 'Chinese', 'noncommercial', 203630),
    ('task124', 'pubmedqa', 'Question Answering', 'Academical Papers', 'English', 'public', 211269),
    ('task125', 'bc4chemd', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'noncommercial', 27608),
    ('task126', 'bc5cdr', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'public', 4097),
    ('task128', 'species_800', 'Named Entity Recognition', 'Medical Knowledge', 'English', 'noncommercial', 5151),
    ('task129', 'headqa', 'Question Answering', 'Medical Knowledge', 'Spanish', 'public', 2657),
    ('task130', 'ddxplus', 'Diagnosis', 'Medical Knowledge', 'English', 'public', 1025602),
    ('task131', 'seer', 'Treatment Planning', 'Medical Knowledge', 'English', 'dua', 31816),
    ('task132', 'medlineplus_topics', 'Fact Verification', 'Medical Knowledge', 'English', 'public', 774),
    ('task133', 'medlineplus_topics', 'Fact Verification', 'Medical Knowledge', 'English', 'public', 774),
    ('task134', 'medlineplus_topics', 'Fact Verification', 'Medical Knowledge', 'English', 'public', 774),
    ('task135', 'medlineplus_topics', 'Fact Verification', 'Medical Knowledge', 'English', 'public', 774),
    ('task136', 'medlineplus_topics', 'Fact Verification', 'Medical Knowledge', 'English', 'public', 774)
  ) AS t(task, source, category, domain, language, access, instances)
),
train AS (
  SELECT task_id AS task, source, category, domain, output_language AS language, access
  FROM gold.instructions
  WHERE split = 'train' AND coalesce(input_variant, 'both') <> 'paper'
    AND task_id NOT IN (SELECT task_id FROM gold.tasks WHERE NOT trained)
),
published AS (
  SELECT 'source' AS level, source AS name, CAST(sum(instances) AS BIGINT) AS instances FROM paper GROUP BY source
  UNION ALL
  SELECT 'task' AS level, task AS name, CAST(sum(instances) AS BIGINT) AS instances FROM paper WHERE task IS NOT NULL GROUP BY task
  UNION ALL
  SELECT 'category' AS level, category AS name, CAST(sum(instances) AS BIGINT) AS instances FROM paper GROUP BY category
  UNION ALL
  SELECT 'domain' AS level, domain AS name, CAST(sum(instances) AS BIGINT) AS instances FROM paper GROUP BY domain
  UNION ALL
  SELECT 'language' AS level, language AS name, CAST(sum(instances) AS BIGINT) AS instances FROM paper GROUP BY language
  UNION ALL
  SELECT 'access' AS level, access AS name, CAST(sum(instances) AS BIGINT) AS instances FROM paper GROUP BY access
),
ours AS (
  SELECT 'source' AS level, source AS name, count(*) AS instances FROM train GROUP BY source
  UNION ALL
  SELECT 'task' AS level, task AS name, count(*) AS instances FROM train GROUP BY task
  UNION ALL
  SELECT 'category' AS level, category AS name, count(*) AS instances FROM train GROUP BY category
  UNION ALL
  SELECT 'domain' AS level, domain AS name, count(*) AS instances FROM train GROUP BY domain
  UNION ALL
  SELECT 'language' AS level, language AS name, count(*) AS instances FROM train GROUP BY language
  UNION ALL
  SELECT 'access' AS level, access AS name, count(*) AS instances FROM train GROUP BY access
),
totals AS (SELECT (SELECT count(*) FROM train) AS instances, (SELECT sum(instances) FROM paper) AS paper_instances)
SELECT
  coalesce(published.level, ours.level) AS level,
  coalesce(published.name, ours.name) AS name,
  coalesce(ours.instances, 0) AS instances,
  published.instances AS paper_instances,
  round(coalesce(ours.instances, 0) / CAST(published.instances AS DOUBLE), 4) AS ratio,
  round(100.0 * coalesce(ours.instances, 0) / nullif(totals.instances, 0), 2) AS share,
  round(100.0 * published.instances / totals.paper_instances, 2) AS paper_share
FROM published
FULL OUTER JOIN ours ON published.level = ours.level AND published.name = ours.name
CROSS JOIN totals
