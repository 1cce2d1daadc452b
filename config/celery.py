"""The Celery application.

Jobs are ordinary functions in the apps' ``jobs.py``. In production Celery carries them over Redis or RabbitMQ; the embedded queue looks
them up here by name and runs them itself (docs/adr/0002).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tollgate")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
