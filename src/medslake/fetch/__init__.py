"""Files of open sources, from their publishers: what a source declares as `downloads`, into the folder that an ingest reads."""
