"""The doors of billing, a file a contract."""
