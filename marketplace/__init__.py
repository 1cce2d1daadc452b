"""An AI-marketplace service (contract M) and the other side of it: services of others as providers (M-9)."""
