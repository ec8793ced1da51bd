CREATE VIEW gold.chats
COMMENT 'Every instance as the three turns of a chat, with its definition of epoch 0'
AS SELECT
  i.instance_id,
  i.task_id,
  i.split,
  i.access,
  i.source,
  d.definition_id,
  d.text AS `system`,
  i.input AS `user`,
  i.output AS assistant
FROM gold.instructions i
JOIN gold.definitions d ON i.definition_id = d.definition_id
