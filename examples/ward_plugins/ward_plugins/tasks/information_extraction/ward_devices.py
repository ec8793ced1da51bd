"""What a device at the bedside was set to."""

from medslake.tasks import Task, TaskExample, wordings

TASK = Task(
    id="task903",
    name="ward_device_rate",
    category="Information Extraction",
    domain="Clinical Text",
    source="ward_letters",
    kind="ward_devices",
    requires={"no_rate": "settings['rate'] is not null"},
    input_sql="concat('The ', device, ' of record ', record_id, ' runs at ', settings['rate'], '.')",
    output_sql="settings['rate']",
    definitions=wordings(__file__),
    example=TaskExample({"record_id": "7", "device": "pump", "settings": {"rate": "20"}}, (("The pump of record 7 runs at 20.", "20"),)),
)
