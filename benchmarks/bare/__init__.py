"""The baseline: what one would write without Tollgate. A bare DRF view that inserts a row and publishes a Celery job, and the job."""
