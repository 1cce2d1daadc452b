"""Signing in to the admin: staff only, and within the limits that hold at every other door."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.models import RateLimit
from tests.factories.people import PASSWORD
from tests.unit.admin.conftest import Person


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post("/admin/login/?next=/admin/", {"username": email, "password": password})


def test_staff_sign_in_however_they_write_their_address(clerk: User) -> None:
    client = Client()
    reply = sign_in(client, "Staff@Example.com", PASSWORD)
    assert (reply.status_code, reply["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(("email", "password"), [("staff@example.com", "wrong"), ("ada@example.com", PASSWORD), ("no@example.com", "x")])
def test_others_hear_one_and_the_same_refusal(person: Person, email: str, password: str) -> None:
    reply = sign_in(Client(), email, password)
    problems = reply.context["form"].non_field_errors()
    assert reply.status_code == 200
    assert problems[0].startswith("Please enter the correct email and password for a staff account.")


def test_guessing_is_limited_as_everywhere(clerk: User, settings: Any) -> None:
    settings.LOGIN_FAILURE_RATE = "2/5m"
    for _ in range(2):
        sign_in(Client(), clerk.email, "wrong")
    reply = sign_in(Client(), clerk.email, PASSWORD)
    assert reply.status_code == 200
    assert reply.context["form"].non_field_errors()[0].startswith("Too many attempts. Try again in")
    assert set(RateLimit.objects.values_list("key", flat=True)) == {"login:127.0.0.1", "login-failure:staff@example.com"}
