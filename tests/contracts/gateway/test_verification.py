"""G-1.8: a mail address is verified by the link that registration sends to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.tokens import make_link_token
from common import clock
from tests.conftest import Actor
from tests.contracts.gateway.letters import Letter, next_token, read_letters
from tests.contracts.matching import TEXT
from tests.contracts.stored import everything_stored
from tests.factories import people
from tests.fakes.asgi import Client

ADA = {"email": "Ada@example.com", "password": "a long pass phrase", "firstName": "Ada", "lastName": "Example"}
REGISTER, VERIFY, RESEND, RESET, CONFIRM = (
    f"/api/v1/auth/{path}" for path in ("register", "verify", "verify/resend", "password/reset", "password/reset/confirm")
)
VERIFIED = {"message": "Email verified successfully."}
BAD_LINK = {"error": "Invalid or expired token. Ask for a new link.", "code": "INVALID_REQUEST"}
WEEK = timedelta(days=7)
RunJobs = Callable[[], int]
Travel = Callable[[timedelta], None]


@pytest.mark.clause("G-1.8", "G-1.1")
def test_registration_sends_a_link_that_verifies(api: Client, run_jobs: RunJobs) -> None:
    api.post(REGISTER, ADA)
    token = next_token(run_jobs)
    assert read_letters() == [Letter("ada@example.com", "Confirm your mail address", "/verify", token)]
    assert User.objects.get().verified_at is None
    reply = api.post(VERIFY, {"token": token})
    assert (reply.status, reply.json) == (200, VERIFIED)
    assert User.objects.get().verified_at is not None


@pytest.mark.clause("G-1.8", "G-1.2")
def test_a_refused_registration_sends_nothing(api: Client, run_jobs: RunJobs) -> None:
    people.make_user(email="ada@example.com")
    for body in (ADA, ADA | {"email": "new@example.com", "password": "password"}):
        assert api.post(REGISTER, body).status == 400
    assert (run_jobs(), read_letters()) == (0, [])


@pytest.mark.clause("G-1.8")
def test_a_link_is_good_once(api: Client, run_jobs: RunJobs) -> None:
    api.post(REGISTER, ADA)
    body = {"token": next_token(run_jobs)}
    replies = api.send_together([api.request("POST", VERIFY, body) for _ in range(4)])
    assert sorted(reply.status for reply in replies) == [200, 400, 400, 400]
    before = everything_stored()
    assert (api.post(VERIFY, body).status, api.post(VERIFY, body).json) == (400, BAD_LINK)
    assert everything_stored() == before


@pytest.mark.clause("G-1.8")
def test_a_link_is_good_for_a_week(api: Client, travel: Travel) -> None:
    travel(timedelta())
    user = people.make_user()
    made_at = clock.now().replace(microsecond=0)
    token = make_link_token(purpose="verify", user_id=user.pk, bound_to=user.email, made_at=made_at)
    travel(WEEK - (clock.now() - made_at))
    assert api.post(VERIFY, {"token": token}).json == BAD_LINK
    travel(timedelta(seconds=-1))
    assert api.post(VERIFY, {"token": token}).json == VERIFIED


@pytest.mark.clause("G-1.8")
def test_a_link_dies_with_the_address_it_was_sent_to(api: Client, run_jobs: RunJobs) -> None:
    api.post(REGISTER, ADA)
    User.objects.update(email="other@example.com")
    assert api.post(VERIFY, {"token": next_token(run_jobs)}).json == BAD_LINK
    assert User.objects.get().verified_at is None


@pytest.mark.clause("G-1.8")
def test_what_is_no_token_of_ours_is_refused(api: Client, user: Actor, second_user: Actor) -> None:
    facts: dict[str, Any] = {"purpose": "verify", "user_id": user.user.pk, "bound_to": user.user.email, "made_at": clock.now()}
    good = make_link_token(**facts)
    user_id, made_at, signature = good.split(".")
    before = everything_stored()
    for token in (
        "x", "..", f"{user_id}.{made_at}.", f"{user_id}.{int(made_at) + 9}.{signature}", f"{uuid4().hex}.{made_at}.{signature}",
        f"{second_user.user.pk.hex}.{made_at}.{signature}", f"{good}x", f"😀.1.{signature}",
        make_link_token(**facts | {"purpose": "reset"}),
    ):  # fmt: skip
        reply = api.post(VERIFY, {"token": token})
        assert (token, reply.status, reply.json) == (token, 400, BAD_LINK)
    assert everything_stored() == before


@pytest.mark.clause("G-1.8")
def test_a_disabled_user_is_not_verified(api: Client, run_jobs: RunJobs) -> None:
    api.post(REGISTER, ADA)
    User.objects.update(is_active=False)
    assert api.post(VERIFY, {"token": next_token(run_jobs)}).json == BAD_LINK


@pytest.mark.clause("G-1.8")
def test_another_link_is_sent_on_request(api: Client, user: Actor, run_jobs: RunJobs) -> None:
    reply = user.api.post(RESEND)
    assert (reply.status, reply.json) == (200, {"message": "Verification email sent."})
    assert api.post(VERIFY, {"token": next_token(run_jobs)}).json == VERIFIED
    reply = user.api.post(RESEND)
    assert (reply.status, reply.json["error"], reply.json["code"]) == (409, "This mail address is verified already.", "CONFLICT")
    assert run_jobs() == 0


@pytest.mark.usefixtures("travel")
@pytest.mark.clause("G-1.8", "G-5.3")
def test_requests_for_letters_to_one_address_count_together(api: Client, user: Actor, run_jobs: RunJobs) -> None:
    statuses = [user.api.post(RESEND).status for _ in range(3)]
    statuses += [api.post(RESET, {"email": user.user.email}).status for _ in range(3)]
    assert statuses == [200, 200, 200, 200, 200, 429]
    assert user.api.post(RESEND).status == 429
    run_jobs()
    assert len(read_letters()) == 5


@pytest.mark.clause("G-1.8")
def test_a_key_asks_for_no_letters(user: Actor, run_jobs: RunJobs) -> None:
    assert user.key_api.post(RESEND).json == {"error": TEXT, "code": "FORBIDDEN"}
    assert run_jobs() == 0


@pytest.mark.usefixtures("travel")
@pytest.mark.clause("G-1.8", "G-5.3")
@pytest.mark.parametrize("path", [VERIFY, CONFIRM])
def test_tokens_are_not_tried_without_end(api: Client, path: str) -> None:
    body = {"token": "x.1.y"} | ({"newPassword": "a long pass phrase"} if path == CONFIRM else {})
    replies = api.send_together([api.request("POST", path, body) for _ in range(22)])
    assert sorted(reply.status for reply in replies) == [*[400] * 20, 429, 429]
