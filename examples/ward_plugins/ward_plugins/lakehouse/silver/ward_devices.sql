CREATE TABLE silver.ward_devices (
  device STRING NOT NULL COMMENT 'name on the label',
  settings MAP<STRING, STRING> NOT NULL COMMENT 'what was set, by name'
)
COMMENT 'Devices at the bedside'
