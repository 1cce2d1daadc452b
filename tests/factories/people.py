"""Makes users, sessions and API keys."""

from functools import cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import Account, ApiKey, User
from accounts.services import keys, sessions
from accounts.services.sessions import Tokens

PASSWORD = "correct horse battery staple"
_numbers = count(1)


def make_user(**facts: Any) -> User:
    """Return a new user with an account; the password is :data:`PASSWORD`."""
    defaults = {"email": f"person{next(_numbers)}@example.com", "first_name": "Ada", "last_name": "Example", "password": hashed_password()}
    user = User.objects.create(**defaults | facts)
    Account.objects.create(kind=Account.Kind.PERSON, user=user)
    return user


def open_session(user: User) -> Tokens:
    """Return the tokens of a new session."""
    return sessions.open_session(user=user)


def make_key(user: User, **facts: Any) -> tuple[ApiKey, str]:
    """Return a new API key's row and the key itself."""
    return keys.create_key(account_id=user.account.pk, **{"name": "Test", **facts})


@cache
def hashed_password() -> str:
    """Return :data:`PASSWORD` hashed as the product does it, once a run, since that is slow on purpose."""
    return make_password(PASSWORD)
