"""Django's settings, computed from :mod:`config.environment` and nothing else.

Embedded and production parts are the same code with other values here; no other module looks at the process environment.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from common.contracts.versions import API_VERSION
from config.environment import MAIL_PORTS, derive, read_environment, read_variable, split, times_after
from config.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = read_environment()

DEMO = ENV.demo
DEBUG = False
SECRET_KEY = ENV.secret_key.get_secret_value()
DATA_DIR = ENV.data_dir
HOST, PORT = ENV.host, ENV.port
PUBLIC_URL = ENV.url
ALLOWED_HOSTS = [*split(ENV.allowed_hosts), str(urlsplit(ENV.url).hostname), "localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

FLOORS = ["config", "web", "marketplace", "chat", "aitasks", "tasks", "billing", "metrics", "accounts", "common"]
INSTALLED_APPS = [
    *FLOORS,
    *split(ENV.extra_apps),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_results",
]
MIDDLEWARE = [
    "common.contracts.middleware.RequestIdMiddleware",
    "common.contracts.middleware.OtherOriginsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "common.contracts.middleware.PageContentSecurityMiddleware",
    "common.contracts.middleware.PageStaticMiddleware",
    "common.contracts.middleware.PageSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "common.contracts.middleware.PageAuthenticationMiddleware",
    "common.contracts.middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]


def database() -> dict[str, Any]:
    """Return Django's database settings: SQLite with one writer at a time, or PostgreSQL with a pool."""
    parsed = dict(dj_database_url.parse(ENV.database_url or f"sqlite:///{ENV.data_dir / 'tollgate.sqlite3'}"))
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        # Immediate transactions and WAL: without both, concurrent writers get "database is locked" instead of their turn.
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA journal_size_limit=67108864"
        return parsed | {"OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}, "CONN_MAX_AGE": 600}
    limits = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
    pool = {"min_size": 2, "max_size": ENV.database_pool_size, "timeout": 5, "max_lifetime": 1800, "max_idle": 300}
    return parsed | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"pool": pool, "options": limits}}


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = ["accounts.hashers.Argon2Hasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:playground"
LOGOUT_REDIRECT_URL = "web:home"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 26_214_400  # The ASGI entry caps bodies by path before Django reads them (config/asgi.py).
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

HTTPS = ENV.url.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxy_count else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = ENV.refresh_token_seconds
CSRF_TRUSTED_ORIGINS = [ENV.url]
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXY_COUNT = ENV.trusted_proxy_count
FILE_ORIGINS = [ENV.s3_endpoint_url or "https://*.amazonaws.com"] if ENV.s3_bucket else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *FILE_ORIGINS],
        "media-src": [SELF, "data:", "blob:", *FILE_ORIGINS],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}

MAIL = urlsplit(ENV.email_url.get_secret_value())
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if MAIL.hostname else "common.mail.folder.FolderBackend"
EMAIL_HOST, EMAIL_PORT = MAIL.hostname or "", MAIL.port or MAIL_PORTS.get(MAIL.scheme, 0)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(MAIL.username or ""), unquote(MAIL.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.scheme == "smtp+tls", MAIL.scheme == "smtps"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENV.mail_from or f"Tollgate <no-reply@{urlsplit(PUBLIC_URL).hostname}>"

ADMIN_PATH = ENV.admin_path.lstrip("/")
ACCESS_TOKEN_SECONDS = ENV.access_token_seconds
REFRESH_TOKEN_SECONDS = ENV.refresh_token_seconds
LOGIN_RATE, LOGIN_FAILURE_RATE, SIGNUP_RATE = ENV.login_rate, ENV.login_failure_rate, ENV.signup_rate
RESET_RATE, MAIL_RATE = ENV.reset_rate, ENV.mail_rate
WELCOME_CREDITS = ENV.welcome_credits
TASK_LEASE_SECONDS = ENV.task_lease_seconds
TASK_MAX_ATTEMPTS = ENV.task_max_attempts
SWEEP_SECONDS = ENV.sweep_seconds
IDEMPOTENCY_SECONDS = ENV.idempotency_seconds
FILE_LINK_SECONDS = ENV.file_link_seconds
SAFE_FETCH_ALLOW = split(ENV.safe_fetch_allow)
S3_BUCKET, S3_ENDPOINT_URL = ENV.s3_bucket, ENV.s3_endpoint_url
STORAGE_RETRY_SECONDS = ENV.storage_retry_seconds
REDIS_URL = ENV.redis_url
OPENAI_API_KEY, OPENAI_BASE_URL = ENV.openai_api_key.get_secret_value(), ENV.openai_base_url
OPENAI_MODELS = split(ENV.openai_models)
CHAT_PROVIDER = ENV.chat_provider
PROVIDER_TIMEOUT_SECONDS, PROVIDER_STREAM_IDLE_SECONDS = ENV.provider_timeout_seconds, ENV.provider_stream_idle_seconds
PROVIDER_DEADLINE_SECONDS = ENV.provider_deadline_seconds
PROVIDER_BREAKER_FAILURES, PROVIDER_BREAKER_SECONDS = ENV.provider_breaker_failures, ENV.provider_breaker_seconds
ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL = ENV.anthropic_api_key.get_secret_value(), ENV.anthropic_base_url
REPLICATE_API_TOKEN, REPLICATE_BASE_URL = ENV.replicate_api_token.get_secret_value(), ENV.replicate_base_url
STABILITY_API_KEY, STABILITY_BASE_URL = ENV.stability_api_key.get_secret_value(), ENV.stability_base_url
STABLEDIFFUSIONAPI_API_KEY = ENV.stablediffusionapi_api_key.get_secret_value()
STABLEDIFFUSIONAPI_BASE_URL = ENV.stablediffusionapi_base_url
# For the credentials of providers, whose variables staff name in the admin.
READ_VARIABLE = read_variable
WEBHOOK_RETRY_SECONDS = times_after(ENV.webhook_retry_seconds)
ACCESS_MODEL = ENV.access_model
# A plan that the variable does not name keeps what the product gives it.
PLAN_SIMULTANEOUS_TASKS = {"free": 5, "basic": 20, "premium": 100} | {
    plan: int(count) for plan, count in (pair.split("=", 1) for pair in split(ENV.plan_simultaneous_tasks))
}
PLAN_APIS = {"free": ("*",), "basic": ("*",), "premium": ("*",)} | {
    plan: split(names.replace("+", ",")) for plan, names in (pair.split("=", 1) for pair in split(ENV.plan_apis))
}
CORS_ALLOWED_ORIGINS = split(ENV.cors_origins)
CORS_URLS_REGEX = r"^/(api/(user|ai|apps)|files)(/|$)"
CORS_ALLOW_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
CORS_ALLOW_HEADERS = (
    "accept", "authorization", "content-type", "idempotency-key", "last-event-id", "prefer", "x-app-id", "x-request-id",
)  # fmt: skip
CORS_EXPOSE_HEADERS = (
    "Content-Disposition",
    "Deprecation",
    "Link",
    "Location",
    "Retry-After",
    "Sunset",
    "WWW-Authenticate",
    "X-Request-Id",
)
DEMO_CALLBACK_URL = ENV.demo_callback_url
WEB_THREADS = ENV.web_threads
WORKER_CONCURRENCY = ENV.worker_concurrency
BROKER_URL = "" if ENV.broker_url == "embedded" else ENV.broker_url

STRIPE_API_KEY, STRIPE_WEBHOOK_SECRET = ENV.stripe_api_key.get_secret_value(), ENV.stripe_webhook_secret.get_secret_value()
STRIPE_API_BASE = ENV.stripe_api_base
STRIPE_PRICES = dict(pair.split("=", 1) for pair in split(ENV.stripe_prices))
# In demo mode, and with no key of its own, payments go to the simulation that `serve` starts; its address is in this file.
STRIPE_IS_SIMULATED = DEMO and not STRIPE_API_KEY
if STRIPE_IS_SIMULATED:
    STRIPE_API_KEY = "sk_test_simulation"
    STRIPE_WEBHOOK_SECRET = STRIPE_WEBHOOK_SECRET or f"whsec_{derive(SECRET_KEY, 'stripe-webhook')}"

SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": f"tollgate.accounts.session:{SECRET_KEY}",
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=ACCESS_TOKEN_SECONDS),
    "USER_ID_CLAIM": "sub",
    "ISSUER": PUBLIC_URL,
    "AUDIENCE": PUBLIC_URL,
    "LEEWAY": 0,
}
RESET_LINK_SECONDS, VERIFY_LINK_SECONDS, INVITE_LINK_SECONDS = 3600, 7 * 86400, 7 * 86400
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["common.contracts.rendering.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.contracts.parsing.StrictJsonParser"],
    "DEFAULT_SCHEMA_CLASS": "common.contracts.schema.ContractSchema",
    "EXCEPTION_HANDLER": "common.contracts.handling.handle_exception",
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tollgate",
    "DESCRIPTION": "Accounts, credits, AI features and long tasks behind one API.",
    "VERSION": API_VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": True, "displayRequestDuration": True},
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "common.contracts.examples.complete_examples",
        "common.contracts.naming.name_schemas",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PlanEnum": "billing.states.PLANS",
        "SubscriptionStatusEnum": "billing.states.SUBSCRIPTION_STATUSES",
        "ProfileStatusEnum": "billing.states.PROFILE_STATUSES",
    },
}

CELERY_BROKER_URL = BROKER_URL or "memory://"
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 15
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "tollgate"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"confirm_publish": True, "socket_timeout": 5}
    if BROKER_URL.startswith("amqp")
    else {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    }
)

LOGGING_CONFIG = "config.logs.configure"
LOGGING = logging_config(form=ENV.log_format)
