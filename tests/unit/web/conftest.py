"""A person with an account, and a browser that checks CSRF tokens as the real one does."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Session, User
from tests.factories.people import PASSWORD, make_user


@dataclass
class Browser:
    """Fetches a page for its CSRF token before it sends a form, like a person."""

    client: Client

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def send(self, path: str, **fields: str) -> Any:
        self.client.get("/sign-in")
        return self.client.post(path, fields | {"csrfmiddlewaretoken": self.csrf})

    def ask(self, path: str, body: str = "{}") -> Any:
        """Ask as the page's script does."""
        return self.client.post(path, body, content_type="application/json", headers={"X-CSRFToken": self.csrf})

    def sign_in(self, password: str = PASSWORD, **fields: str) -> Any:
        return self.send("/sign-in", email="ada@example.com", password=password, **fields)

    @property
    def csrf(self) -> str:
        cookie = self.client.cookies.get("csrftoken")
        return cookie.value if cookie else ""

    def call(self, path: str, token: str) -> Any:
        """Call the public API with an access token and no cookies."""
        return Client().get(path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def browser_page(db: None) -> Browser:
    return Browser(Client(enforce_csrf_checks=True))


@pytest.fixture
def ada(db: None) -> User:
    return make_user(email="ada@example.com")


@pytest.fixture
def account(ada: User) -> Account:
    return Account.objects.get(user=ada)


@pytest.fixture
def signed_in(browser_page: Browser, ada: User) -> Browser:
    """A browser that Ada has signed in with."""
    assert browser_page.sign_in().status_code == 302
    return browser_page


@pytest.fixture
def session(signed_in: Browser, ada: User) -> Session:
    return Session.objects.get(user=ada)
