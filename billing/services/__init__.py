"""What billing can do: grant, hold, settle, expire; set prices. A file per use case."""
