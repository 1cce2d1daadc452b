"""The bare Celery application."""

import os

import django
from celery import Celery
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.bare.settings")
if not apps.ready and not apps.loading:
    django.setup()

app = Celery("bare", broker=os.environ.get("BROKER_URL", "memory://"))
app.conf.update(task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)
app.conf.task_default_queue = "bare"
