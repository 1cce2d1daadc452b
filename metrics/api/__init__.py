"""The doors of metrics, a file a contract."""
