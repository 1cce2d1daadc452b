"""The doors of tasks, a file a contract."""
