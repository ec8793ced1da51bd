"""What has a model rewrite the definitions of tasks."""
