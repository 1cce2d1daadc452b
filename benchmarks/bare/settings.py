"""Settings of the bare project: no middleware, no authentication, no checks. Reads the same DATABASE_URL and BROKER_URL."""

import os

import dj_database_url

SECRET_KEY = "benchmarks-only-benchmarks-only-benchmarks"  # noqa: S105 - signs nothing
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.bare.urls"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "benchmarks.bare"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL"
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 16, "timeout": 30}}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
LOGGING_CONFIG = None
CELERY_BROKER_URL = os.environ.get("BROKER_URL", "memory://")
