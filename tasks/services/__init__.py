"""What tasks can do. A file per use case: creating, running (claim to end), files, sweeping."""
