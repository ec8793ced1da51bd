-- Where are the rows that were read?
CREATE VIEW ops.accounts
COMMENT 'What became of the rows read, by run, table and slice: written, set aside, left out (reasons as JSON); unexplained is zero where it was told how many were read'
AS SELECT
  run_id,
  job,
  state,
  started,
  account.table_name AS table_name,
  account.slice AS slice,
  account.version AS version,
  account.rows_read AS rows_read,
  account.written AS written,
  account.set_aside AS set_aside,
  account.left_out AS left_out,
  account.reasons AS reasons,
  account.rows_read - account.written - account.set_aside - account.left_out AS unexplained
FROM (SELECT run_id, job, state, started, explode(accounts) AS account FROM ops.runs) told
