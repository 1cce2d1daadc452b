"""What chat can do. A file per use case: sessions (opening, closing, forgetting), messages (sending, keeping replies), leaving."""
