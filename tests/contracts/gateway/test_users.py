"""G-2: the user's own record."""

from typing import Any

import pytest

from accounts.models import User
from billing.models import Subscription
from tests.conftest import Actor
from tests.contracts.matching import TEXT, rfc3339
from tests.fakes.asgi import Client

ME = "/api/v1/users/me"
NAMES = {"firstName": "Grace", "lastName": "Other"}


def row(user: User) -> dict[str, Any]:
    return dict(User.objects.filter(pk=user.pk).values().get())


class TestRead:
    @pytest.mark.clause("G-2.1")
    def test_has_exactly_these_fields(self, user: Actor) -> None:
        for client in (user.api, user.key_api):
            reply = client.get(ME)
            assert reply.status == 200
            assert reply.json == {
                "userId": str(user.user.pk),
                "email": user.user.email,
                "firstName": "Ada",
                "lastName": "Example",
                "subscriptionStatus": "inactive",
                "chatSessions": [],
                "createdAt": rfc3339(user.user.created_at),
                "updatedAt": rfc3339(user.user.updated_at),
            }

    @pytest.mark.clause("G-2.1")
    @pytest.mark.parametrize(
        ("status", "shown"), [("active", "active"), ("inactive", "inactive"), ("pending", "pending"), ("cancelled", "inactive")]
    )
    def test_a_cancelled_subscription_reads_inactive(self, user: Actor, status: str, shown: str) -> None:
        Subscription.objects.create(account=user.user.account, plan="basic", status=status)
        assert user.api.get(ME).json["subscriptionStatus"] == shown

    @pytest.mark.clause("G-2.1", "G-1.7")
    def test_needs_a_token(self, api: Client) -> None:
        reply = api.get(ME)
        assert (reply.status, reply.json) == (401, {"error": "Invalid authentication token.", "code": "UNAUTHORIZED"})


class TestUpdate:
    @pytest.mark.clause("G-2.2")
    def test_changes_the_names(self, user: Actor, second_user: Actor) -> None:
        before, other = row(user.user), row(second_user.user)
        reply = user.api.put(ME, NAMES)
        assert (reply.status, reply.json) == (200, {"message": "Profile updated successfully."})
        after = row(user.user)
        assert after.pop("updated_at") > before.pop("updated_at")
        assert after == before | {"first_name": "Grace", "last_name": "Other"}
        assert row(second_user.user) == other

    @pytest.mark.clause("G-2.2")
    @pytest.mark.parametrize("name", ["x" * 100, "Ünïcödé 😀", "O'Brien; DROP TABLE users", "<script>alert(1)</script>", "名前"])
    def test_takes_names_as_they_are(self, user: Actor, name: str) -> None:
        assert user.api.put(ME, {"firstName": name, "lastName": name}).status == 200
        me = user.api.get(ME).json
        assert (me["firstName"], me["lastName"]) == (name, name)

    @pytest.mark.clause("G-2.2")
    @pytest.mark.parametrize(
        ("body", "details"),
        [
            ({}, {"firstName": ["This field is required."], "lastName": ["This field is required."]}),
            ({"firstName": "Grace"}, {"lastName": ["This field is required."]}),
            (NAMES | {"firstName": ""}, {"firstName": ["This field may not be blank."]}),
            (NAMES | {"firstName": None}, {"firstName": ["This field may not be null."]}),
            (NAMES | {"lastName": "x" * 101}, {"lastName": ["Ensure this field has no more than 100 characters."]}),
            (NAMES | {"lastName": ["x"]}, {"lastName": ["Not a valid string."]}),
        ],
    )
    def test_refuses_bad_values(self, user: Actor, body: dict[str, Any], details: dict[str, Any]) -> None:
        before = row(user.user)
        reply = user.api.put(ME, body)
        assert (reply.status, reply.json) == (400, {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": details})
        assert row(user.user) == before

    @pytest.mark.clause("G-2.2")
    @pytest.mark.parametrize(
        "field",
        ["email", "subscriptionStatus", "isStaff", "is_staff", "is_superuser", "userId", "id", "password", "createdAt", "chatSessions"],
    )
    def test_nothing_else_can_be_changed(self, user: Actor, field: str) -> None:
        before = row(user.user)
        reply = user.api.put(ME, NAMES | {field: True})
        assert reply.status == 400
        assert reply.json == {
            "error": "Invalid input data.",
            "code": "INVALID_REQUEST",
            "details": {field: ["This field is not known here."]},
        }
        assert row(user.user) == before

    @pytest.mark.clause("G-2.2", "G-1.7")
    def test_needs_a_token(self, api: Client, user: Actor) -> None:
        before = row(user.user)
        reply = api.put(ME, NAMES)
        assert (reply.status, reply.json) == (401, {"error": TEXT, "code": "UNAUTHORIZED"})
        assert row(user.user) == before

    @pytest.mark.clause("G-2.2")
    def test_an_account_without_a_person_is_refused(self, api: Client, user: Actor) -> None:
        """A key outlives its user's record when the user is erased (P-6.2); what it finds then is a refusal in words."""
        User.objects.filter(pk=user.user.pk).delete()
        for reply in (user.key_api.get(ME), user.key_api.put(ME, NAMES)):
            assert (reply.status, reply.json) == (403, {"error": "This account belongs to no person.", "code": "FORBIDDEN"})
