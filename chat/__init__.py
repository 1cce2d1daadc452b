"""Chat: a user's open conversations (G-4). Threads are kept by a chat provider; the rows here say whose they are."""
