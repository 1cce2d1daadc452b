"""What the environment says, typed and checked at start; every bad variable is reported at once.

The only reader of the process environment. ``.env.example`` and ``docs/environment.md`` are generated from this class. Without ``DEMO``
nothing embedded is chosen in silence: the secret key, the database and the queue have to be named.
"""

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PRODUCTION_VARIABLES = ("SECRET_KEY", "DATABASE_URL", "BROKER_URL")
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
RATE = re.compile(r"^(\d+)/(\d*)([smh])$")
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")
PLAN_COUNT = re.compile(r"(free|basic|premium)=[1-9]\d{0,8}")
PLAN_NAMES = re.compile(r"(free|basic|premium)=(\*|[a-z0-9_-]+(\+[a-z0-9_-]+)*)?")


class BadEnvironment(Exception):
    """One or more variables are missing or wrong; the message lists them all."""


class Environment(BaseSettings):
    """Every variable that Tollgate reads; a field's description is its documentation."""

    model_config = SettingsConfigDict(case_sensitive=False, env_ignore_empty=True)

    demo: bool = Field(
        default=False, description="Demo data and the embedded parts by default. On in `make run`; a production start refuses it."
    )
    data_dir: Path = Field(default=Path(".data"), description="Where the embedded database, files and keys live.")
    host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port that the web server listens on.")
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs sessions, tokens and links; at least 32 characters. Made and kept in DATA_DIR in demo mode.",
    )
    allowed_hosts: str = Field(
        default="", description="Comma-separated host names that requests may use; the host of PUBLIC_URL is always among them."
    )
    public_url: str = Field(
        default="", description="The address that people and clients use, such as https://api.example.com. Default: http://HOST:PORT."
    )
    database_url: str = Field(default="", description="`postgres://…` or `sqlite:///path`. Empty only in demo mode: SQLite in DATA_DIR.")
    database_pool_size: int = Field(default=16, ge=2, le=200, description="PostgreSQL connections that a web process keeps at most.")
    broker_url: str = Field(
        default="", description="`redis://…`, `amqp://…`, or `embedded` for the queue in the database. Empty only in demo mode: embedded."
    )
    redis_url: str = Field(
        default="", description="Redis that wakes readers of event streams sooner. Empty: they look several times a second."
    )
    web_threads: int = Field(
        default=8, ge=1, le=64, description="Requests that a web process works on at the same time; more wait their turn."
    )
    worker_concurrency: int = Field(default=2, ge=1, le=64, description="Jobs that a worker process runs at the same time.")
    access_token_seconds: int = Field(default=3600, ge=60, description="Life of an access token; it dies sooner with its session.")
    refresh_token_seconds: int = Field(default=30 * 86400, ge=3600, description="Life of a session that is not refreshed.")
    login_rate: str = Field(
        default="30/m",
        description="Sign-in attempts for each client address: count/period, the period in s, m or h, with a number before it if not one.",
    )
    login_failure_rate: str = Field(default="5/5m", description="Failed sign-ins for each mail address.")
    signup_rate: str = Field(default="20/m", description="Registrations for each client address.")
    reset_rate: str = Field(default="20/m", description="Asking for a new password, and setting one from a link, for each client address.")
    mail_rate: str = Field(
        default="5/h", description="Letters with a link (new password, verification) that one mail address is sent on request."
    )
    email_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server: `smtp://user:password@host:25`, `smtp+tls://…:587` (STARTTLS) or `smtps://…:465` (TLS). "
        "Empty: letters become files in DATA_DIR/mail.",
    )
    mail_from: str = Field(default="", description="Sender of letters. Default: `Tollgate <no-reply@` the host of PUBLIC_URL `>`.")
    trusted_proxy_count: int = Field(
        default=0, ge=0, le=8, description="Reverse proxies in front that append to X-Forwarded-For; 0 ignores the header."
    )
    admin_path: str = Field(default="admin/", description="Path of the staff admin.")
    welcome_credits: int = Field(default=500, ge=0, description="Credits that a new user is granted.")
    task_lease_seconds: int = Field(default=60, ge=1, le=3600, description="A worker that is silent for so long has lost its task.")
    task_max_attempts: int = Field(default=3, ge=1, le=20, description="Attempts at a task before it fails.")
    sweep_seconds: float = Field(default=5, gt=0, le=600, description="How often the scheduler looks for lost work.")
    idempotency_seconds: int = Field(default=86400, ge=60, description="How long an Idempotency-Key is remembered.")
    file_link_seconds: int = Field(default=3600, ge=60, description="Life of a signed link to a file.")
    safe_fetch_allow: str = Field(
        default="", description="Comma-separated networks (CIDR) that user-given URLs may reach besides public addresses."
    )
    s3_bucket: str = Field(default="", description="Bucket for files. Empty: local disk under DATA_DIR.")
    s3_endpoint_url: str = Field(default="", description="Address of an S3-compatible store; empty for Amazon's own.")
    storage_retry_seconds: float = Field(
        default=120, ge=0, le=3600, description="How long a task tries to store a result that is ready, before it fails."
    )
    stripe_api_key: SecretStr = Field(
        default=SecretStr(""), description="Stripe's secret key. Empty: nothing can be bought; in demo mode, the simulation of Stripe."
    )
    stripe_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="Signing secret of Stripe's webhook endpoint (`whsec_…`). Empty closes the endpoint."
    )
    stripe_api_base: str = Field(default="", description="Another address of Stripe's API, for tests. Empty: Stripe's own.")
    stripe_prices: str = Field(
        default="",
        description="Comma-separated `offer=price` pairs such as `basic=price_123`, where prices exist at Stripe; "
        "`sync_stripe` makes the others.",
    )
    openai_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key for OpenAI, or for the server at OPENAI_BASE_URL; empty where that asks for none."
    )
    openai_base_url: str = Field(
        default="", description="A server that speaks OpenAI's API, such as http://127.0.0.1:11434/v1. Empty: OpenAI's own."
    )
    openai_models: str = Field(
        default="",
        description="Comma-separated models, the usual one first, that do the text features and chat ahead of the embedded provider.",
    )
    provider_timeout_seconds: float = Field(default=60, gt=0, le=600, description="How long a provider may take until its reply begins.")
    provider_stream_idle_seconds: float = Field(default=30, gt=0, le=600, description="How long a provider's stream may say nothing.")
    provider_deadline_seconds: float = Field(default=600, gt=0, le=7200, description="How long a provider's whole piece of work may take.")
    provider_breaker_failures: int = Field(
        default=5, ge=1, le=100, description="So many failures of a provider in a row keep it out of the choice for a while."
    )
    provider_breaker_seconds: float = Field(
        default=30, gt=0, le=3600, description="How long it is kept out, and how often one call tries it again."
    )
    anthropic_api_key: SecretStr = Field(default=SecretStr(""), description="Key for Anthropic; makes a provider at the first start.")
    anthropic_base_url: str = Field(default="", description="Another address of Anthropic's API. Empty: Anthropic's own.")
    replicate_api_token: SecretStr = Field(default=SecretStr(""), description="Token for Replicate; makes a provider at the first start.")
    replicate_base_url: str = Field(default="", description="Another address of Replicate's API. Empty: Replicate's own.")
    stability_api_key: SecretStr = Field(default=SecretStr(""), description="Key for Stability AI; makes a provider at the first start.")
    stability_base_url: str = Field(default="", description="Another address of Stability AI's API. Empty: Stability AI's own.")
    stablediffusionapi_api_key: SecretStr = Field(
        default=SecretStr(""), description="Key for the Stable Diffusion API; makes a provider at the first start."
    )
    stablediffusionapi_base_url: str = Field(default="", description="Another address of the Stable Diffusion API. Empty: its own.")
    webhook_retry_seconds: str = Field(
        default="5,300,1800,7200,18000,36000,50400,72000,86400",
        description="Comma-separated: how many seconds after the first attempt a webhook is tried again; a number that is not larger than "
        "the one before counts from that one, so that `60,60,60` is once a minute.",
    )
    access_model: Literal["two-role", "three-role"] = Field(
        default="two-role",
        description="`two-role`: what a user may use holds whichever app calls; `three-role`: an app's grants hold for calls through it.",
    )
    plan_simultaneous_tasks: str = Field(
        default="free=5,basic=20,premium=100", description="Comma-separated `plan=count`: unfinished tasks that a user may have."
    )
    plan_apis: str = Field(
        default="free=*,basic=*,premium=*",
        description="Comma-separated `plan=apis`: what each plan lets its user call; `*` for everything, or names joined by `+`, such as "
        "`free=extract+inspire`. Apps that a user enables give more.",
    )
    cors_origins: str = Field(
        default="", description="Comma-separated origins whose pages may call the user and AI APIs, such as https://app.example.com."
    )
    demo_callback_url: str = Field(
        default="", description="Where the demo marketplace service sends its callbacks. Empty: to Tollgate itself."
    )
    chat_provider: Literal["local", "openai", "openai-assistants"] = Field(
        default="local",
        description=(
            "Who keeps chats: `local` (embedded), `openai` (Conversations), `openai-assistants` (servers that speak /v1/threads). "
            "The model is the first of OPENAI_MODELS, or gpt-5.4-mini."
        ),
    )
    extra_apps: str = Field(default="", description="Comma-separated Django apps of your own, for features and providers.")
    log_format: Literal["json", "console"] = Field(default="json", description="`json` for machines, `console` for people.")

    @field_validator("login_rate", "login_failure_rate", "signup_rate", "reset_rate", "mail_rate")
    @classmethod
    def _rate(cls, value: str) -> str:
        if not RATE.match(value):
            message = "must look like 30/m, 5/5m or 100/h"
            raise ValueError(message)
        return value

    @field_validator("email_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        # Reading the port raises ValueError where it is none.
        wrong = parts.scheme not in MAIL_PORTS or not parts.hostname or parts.path not in {"", "/"} or parts.port == 0
        if value.get_secret_value() and wrong:
            message = "must look like smtp://, smtp+tls:// or smtps:// with user:password@host:port"
            raise ValueError(message)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and (len(value.splitlines()) > 1 or "@" not in parseaddr(value)[1]):
            message = "must be a mail address, such as Tollgate <no-reply@example.com>"
            raise ValueError(message)
        return value

    @field_validator("safe_fetch_allow")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in split(value):
            ipaddress.ip_network(part)
        return value

    @field_validator(
        "public_url",
        "openai_base_url",
        "anthropic_base_url",
        "replicate_base_url",
        "stability_base_url",
        "stablediffusionapi_base_url",
        "demo_callback_url",
    )
    @classmethod
    def _absolute(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            message = "must be an absolute http or https address"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("stripe_api_base")
    @classmethod
    def _stripe_address(cls, value: str) -> str:
        return cls._absolute(value)

    @field_validator("plan_simultaneous_tasks")
    @classmethod
    def _counts(cls, value: str) -> str:
        if not all(PLAN_COUNT.fullmatch(part) for part in split(value)):
            message = "must look like free=5,basic=20,premium=100"
            raise ValueError(message)
        return value

    @field_validator("plan_apis")
    @classmethod
    def _apis(cls, value: str) -> str:
        if not all(PLAN_NAMES.fullmatch(part) for part in split(value)):
            message = "must look like free=extract+inspire,basic=*,premium=*"
            raise ValueError(message)
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        if not all(ORIGIN.fullmatch(part) for part in split(value)):
            message = "must be origins, a scheme and a host in small letters and nothing behind, such as https://app.example.com"
            raise ValueError(message)
        return value

    @field_validator("webhook_retry_seconds")
    @classmethod
    def _times(cls, value: str) -> str:
        if any(not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", part) or not float(part) for part in split(value)):
            message = "must look like 5,300,1800: numbers of seconds above 0"
            raise ValueError(message)
        return value

    @field_validator("stripe_prices")
    @classmethod
    def _pairs(cls, value: str) -> str:
        for part in split(value):
            if not re.fullmatch(r"[a-z0-9-]+=price_\w+", part):
                message = "must look like basic=price_123,premium=price_456"
                raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _nothing_embedded_in_silence(self) -> Self:
        self.data_dir = self.data_dir.resolve()
        if self.openai_models and not (self.openai_api_key.get_secret_value() or self.openai_base_url):
            message = "OPENAI_MODELS needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that asks for none"
            raise ValueError(message)
        if self.chat_provider != "local" and not (self.openai_api_key.get_secret_value() or self.openai_base_url):
            message = f"CHAT_PROVIDER={self.chat_provider} needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that asks for none"
            raise ValueError(message)
        if self.demo and self.public_url.startswith("https://"):
            message = "DEMO is on, and PUBLIC_URL says that this is production: production does not start with DEMO. Unset one of them"
            raise ValueError(message)
        if self.demo:
            return self
        named = {"SECRET_KEY": self.secret_key.get_secret_value(), "DATABASE_URL": self.database_url, "BROKER_URL": self.broker_url}
        missing = [name for name, value in named.items() if not value]
        if missing:
            message = f"{', '.join(missing)} must be set (or DEMO=1 to try Tollgate out; `sqlite:///path` and `embedded` may be named too)"
            raise ValueError(message)
        return self

    @property
    def url(self) -> str:
        """Return the public address without a trailing slash."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared with, not bound to
        return self.public_url or f"http://{host}:{self.port}"


def split(value: str) -> tuple[str, ...]:
    """Return the parts of a comma-separated value, blanks left out."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def times_after(value: str) -> tuple[float, ...]:
    """Return the ever later times, in seconds after a beginning, that the comma-separated numbers mean."""
    given = [float(part) for part in split(value)]
    times: list[float] = []
    for number in given:
        before = times[-1] if times else 0.0
        times.append(number if number > before else before + number)
    return tuple(times)


def read_environment() -> Environment:
    """Return the checked environment; raises :class:`BadEnvironment` with every problem in it."""
    if "DEMO" not in os.environ and is_demo_folder():
        os.environ["DEMO"] = "1"
    try:
        environment = Environment()
    except ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, item['loc'])).upper() or 'together'}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors()
        ]
        raise BadEnvironment("The environment does not fit:\n" + "\n".join(lines)) from None
    if environment.demo and not environment.secret_key.get_secret_value():
        environment.secret_key = SecretStr(kept_secret(environment.data_dir / "secret-key"))
    return environment


def read_variable(name: str) -> str:
    """Return what a variable that staff have named holds, or an empty text; who asks decides which names are allowed."""
    return os.environ.get(name, "")


def is_demo_folder() -> bool:
    """Return whether this is a demo without saying so: the ``demo`` command, or any on a folder that a demo server has used.

    Never where a variable names a production part.
    """
    if any(os.environ.get(name) for name in PRODUCTION_VARIABLES):
        return False
    return sys.argv[1:2] == ["demo"] or (Path(os.environ.get("DATA_DIR") or ".data") / "secret-key").exists()


def derive(secret: str, purpose: str) -> str:
    """Return a secret for one purpose, the same at every start of the same installation."""
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def kept_secret(path: Path) -> str:
    """Return the secret in ``path``, made on first use; two processes that start together agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text() or kept_secret(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()
