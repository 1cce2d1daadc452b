"""Demo data: a member of staff, two users with keys and credits, a marketplace service; the same at every start of the same folder.

Passwords and keys are derived from the installation's secret, so that they can be printed again and are no secret of the product.
"""

import hashlib
import hmac
from typing import Any

from django.conf import settings

from accounts.emails import normalise
from accounts.models import Account, User
from accounts.services import access, keys, users
from accounts.tokens import KEY_PREFIX
from billing.services import ledger
from billing.states import GrantSource
from marketplace.services import example, resources
from tasks.services import webhook_secrets

DEMO_CREDITS = 100_000
DEMO_TASKS = 1_000_000
"""Unfinished tasks that a demo user may have at a time: more than the free plan allows, so that scripts can be tried."""
DEMO_APPS = (
    ("studio", "Studio", "Draws pictures, sounds and speech, and changes them.", ["imagine", "transform"]),
    ("reader", "Reader", "Reads documents and pictures, answers, and rewrites.", ["extract", "inspire", "text2text"]),
)
OWN_CALLBACK = "/api/v1/ai-connection/callback"
"""Where Tollgate takes callbacks itself, being a marketplace too."""
ADMIN, USER, SECOND_USER = "admin@demo.example", "user@demo.example", "second@demo.example"


class NoDemo(Exception):
    """Demo data was asked for where it has no business."""


def make_demo() -> dict[str, Any]:
    """Create the demo data where it is missing and return what a visitor needs to know; raises :class:`NoDemo` outside of demo mode."""
    if not settings.DEMO:
        message = "Demo data exists in demo mode only. Set DEMO=1, or start with `make run`."
        raise NoDemo(message)
    for slug, title, description, apis in DEMO_APPS:
        access.ensure_app(slug=slug, title=title, description=description, apis=apis)
    admin = _user(ADMIN, "Admin", is_staff=True)
    return {
        "base_url": settings.PUBLIC_URL,
        "admin": admin,
        "user": _user_with_key(USER, "User", app_id="studio"),
        "second_user": _user_with_key(SECOND_USER, "Second", app_id="reader"),
        "marketplace": _service(),
        "stripe": {"webhook_secret": settings.STRIPE_WEBHOOK_SECRET},
    }


def banner(facts: dict[str, Any], *, host: str, port: int) -> str:
    """Return what ``make run`` prints when it is up: where to go and how to get in."""
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared with, not bound to
    url = settings.PUBLIC_URL if f"http://{settings.HOST}:{settings.PORT}" != settings.PUBLIC_URL else f"http://{shown}:{port}"
    user, admin = facts["user"], facts["admin"]
    return (
        f"\n  Tollgate is running at {url}\n\n"
        f"    Playground   {url}/playground\n"
        f"    API docs     {url}/api-docs\n"
        f"    Admin        {url}/{settings.ADMIN_PATH}\n\n"
        f"    User         {user['email']}   password {user['password']}\n"
        f"    API key      {user['api_key']}\n"
        f"    Staff        {admin['email']}   password {admin['password']}\n\n"
        f"  Demo data in {settings.DATA_DIR}. Ctrl-C stops everything.\n"
    )


def _service() -> dict[str, Any]:
    """Return what a marketplace needs to call the example service."""
    token, publisher_key = f"mt_{_derive('token', example.SLUG)}", f"pk_{_derive('publisher', example.SLUG)}"
    callback_url = settings.DEMO_CALLBACK_URL or f"{settings.PUBLIC_URL}{OWN_CALLBACK}"
    service = example.make_example(token=token, publisher_key=publisher_key, callback_url=callback_url)
    resources.ensure_publisher(name=service.name, key=publisher_key)
    return {
        "service": service.name,
        "slug": service.slug,
        "code": service.code,
        "token": token,
        "methods": [method.name for method in service.methods.all()],
        "callback_url": callback_url,
        "publisher_key": publisher_key,
    }


def _user_with_key(email: str, first_name: str, *, app_id: str) -> dict[str, str]:
    facts = _user(email, first_name, is_staff=False)
    account = Account.objects.get(user__email=normalise(email))
    prefix = f"{KEY_PREFIX}{_derive('prefix', email)[:8]}"
    key = f"{prefix}_{_derive('key', email)}"
    keys.ensure_key(account_id=account.pk, name="Demo", text=key, prefix=prefix)
    ledger.open_wallet(account_id=account.pk)
    is_new = ledger.grant(
        account_id=account.pk, source=GrantSource.STAFF, amount=DEMO_CREDITS, ref=f"demo:{account.pk}", reason="Demo credits"
    )
    if is_new:
        # Whoever tries the demo may change both, and finds them so at the next start.
        ledger.limit_open_holds(account_id=account.pk, limit=DEMO_TASKS)
        access.enable_app(account_id=account.pk, slug=app_id)
    secret = webhook_secrets.ensure_secret(account_id=account.pk)
    return facts | {"api_key": key, "webhook_secret": secret, "app_id": app_id}


def _user(email: str, first_name: str, *, is_staff: bool) -> dict[str, str]:
    password = f"demo-{_derive('password', email)[:16]}"
    if not User.objects.filter(email=normalise(email)).exists():
        users.create_user(email=email, password=password, first_name=first_name, last_name="Demo", is_staff=is_staff, is_verified=True)
    return {"email": email, "password": password}


def _derive(purpose: str, email: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"demo:{purpose}:{email}".encode(), hashlib.sha256).hexdigest()
