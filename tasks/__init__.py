"""Tasks: the durable unit of work. States, attempts with a lease, events, partial results, files, cancellation, idempotency.

Knows nothing of AI: what a task does is its kind and its payload, and whoever runs it is on a floor above.
"""
