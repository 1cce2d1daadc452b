"""Stripe, spoken to with its own client. Knows nothing of accounts, credits or the database: calls in, plain facts out."""
