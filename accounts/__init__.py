"""Accounts: users, sessions and tokens, API keys; the *account* that owns work and credits whatever the contract."""
