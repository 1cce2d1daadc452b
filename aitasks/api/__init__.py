"""The doors of aitasks, a file a contract."""
