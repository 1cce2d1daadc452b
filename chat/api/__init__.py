"""The doors of chat, a file a contract."""
