"""The doors of accounts, a file a contract."""
