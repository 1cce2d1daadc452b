"""Staff and services: making one, its secrets, its methods with errors that say what is wrong, calls, statistics."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry
from marketplace.models import Call, DayCount, Method, PayloadField, Service
from marketplace.services import hosting
from tasks.errors import SentTooOften
from tasks.models import Delivery, Task
from tasks.services import delivering
from tasks.services.delivering import keeping
from tests.factories import services
from tests.fakes.receiver import Receiver, receiver
from tests.unit.admin.conftest import page

__all__ = ["receiver"]
SERVICE = {
    "name": "Second", "slug": "second", "code": "SE", "api_version": "1.0.0", "is_on": "on", "new_token": "", "callback_url": "",
    "user_credits": "10", "storage": "platform", "storage_url": "", "publisher_key": "",
    "methods-TOTAL_FORMS": "0", "methods-INITIAL_FORMS": "0",
}  # fmt: skip
METHOD = {
    "name": "draw", "is_on": "on", "feature": "imagine", "target": "image", "fixed": "{}", "data_type": "S3_OBJECT",
    "extra_type": "others", "users": "[]", "fields-TOTAL_FORMS": "1", "fields-INITIAL_FORMS": "0", "fields-0-name": "prompt",
    "fields-0-type": "text", "fields-0-place": "prompt", "fields-0-is_required": "on", "fields-0-choices": "[]",
}  # fmt: skip


def problems(reply: Any) -> str:
    """Return what the page says is wrong."""
    assert reply.status_code == 200
    form, sets = reply.context["adminform"].form, reply.context["inline_admin_formsets"]
    found = [form.errors.as_text()]
    for one in sets:
        found += [" ".join(one.formset.non_form_errors()), *(each.errors.as_text() for each in one.formset.forms)]
    return "\n".join(filter(None, found))


@pytest.fixture
def service(db: None) -> Service:
    """AudioCraft."""
    return services.make_service()


class TestServices:
    @pytest.mark.clause("M-1.3")
    def test_a_token_is_made_and_shown_once(self, desk: Client) -> None:
        reply = desk.post(page(Service, "add"), SERVICE, follow=True)
        made = Service.objects.get(slug="second")
        token = hosting.open_token(made.tokens.get())
        shown = [str(message) for message in reply.context["messages"]]
        assert any(token in message for message in shown)
        for path in (page(Service, "change", made.pk), page(Service, "changelist")):
            text = desk.get(path).content.decode()
            assert (token in text, made.tokens.get().digest in text, made.tokens.get().sealed in text) == (False, False, False)

    def test_the_marketplace_s_own_token(self, desk: Client) -> None:
        desk.post(page(Service, "add"), SERVICE | {"new_token": "given-by-the-marketplace-1"})
        token = Service.objects.get(slug="second").tokens.get()
        hosting.check_token(token=token, given="given-by-the-marketplace-1")

    def test_a_new_token_retires_the_one_before(self, desk: Client, service: Service) -> None:
        reply = desk.post(page(Service, "changelist"), {"action": "make_token", "_selected_action": [service.pk]}, follow=True)
        old, new = service.tokens.order_by("pk")
        assert (old.retired_at is None, new.retired_at) == (False, None)
        assert any(hosting.open_token(new) in str(message) for message in reply.context["messages"])

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"code": "a b"}, "capital letters and digits"),
            ({"new_token": "short"}, "at least 24"),
            ({"new_token": "é" * 30}, "printable ASCII"),
            ({"callback_url": "ftp://example.com"}, "http"),
            ({"slug": "audiocraft"}, "already exists"),
            ({"is_default": "on"}, "AudioCraft is the default service"),
            ({"storage": "marketplace"}, "needs its address"),
            ({"storage": "marketplace", "storage_url": "https://example.com"}, "needs the key"),
        ],
    )
    def test_what_is_wrong_is_said(self, desk: Client, service: Service, changes: dict[str, str], said: str) -> None:
        assert said in problems(desk.post(page(Service, "add"), SERVICE | changes))
        assert Service.objects.count() == 1

    def test_a_publisher_key_goes_in_and_stays(self, desk: Client) -> None:
        body = SERVICE | {"storage": "marketplace", "storage_url": "https://example.com/", "publisher_key": "the key"}
        desk.post(page(Service, "add"), body)
        made = Service.objects.get(slug="second")
        assert (made.storage_url, hosting.open_publisher_key(made)) == ("https://example.com", "the key")
        desk.post(page(Service, "change", made.pk), body | {"name": "Third", "publisher_key": ""})
        made.refresh_from_db()
        assert (made.name, hosting.open_publisher_key(made)) == ("Third", "the key")
        assert "the key" not in desk.get(page(Service, "change", made.pk)).content.decode()


class TestMethods:
    def test_a_method_with_its_fields(self, desk: Client, service: Service) -> None:
        desk.post(page(Method, "add"), METHOD | {"service": service.pk})
        method = Method.objects.get(name="draw")
        assert [(field.name, field.place) for field in method.fields.all()] == [("prompt", "prompt")]

    def test_a_method_stays_with_its_service(self, desk: Client, service: Service) -> None:
        other = services.make_service(slug="second", name="Second", code="SE2", is_default=False, token="another-token-of-a-marketplace")
        desk.post(page(Method, "add"), METHOD | {"service": service.pk})
        method = Method.objects.get(name="draw")
        first = method.fields.get().pk
        changes = {"service": other.pk, "target": "sound", "fields-INITIAL_FORMS": "1", "fields-0-id": first, "fields-0-method": method.pk}
        assert desk.post(page(Method, "change", method.pk), METHOD | changes).status_code == 302
        method.refresh_from_db()
        assert (method.service, method.target) == (service, "sound")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": "a b"}, "Must be a name"),
            ({"name": "music_gen"}, "already exists"),
            ({"feature": "nothing"}, "not one of the available choices"),
            ({"target": "text"}, "imagine makes image, sound, speech, video."),
            ({"fixed": "[]"}, ""),
            ({"fixed": "[1]"}, "Must be an object"),
            ({"fixed": '{"tempo": 1}'}, "A payload of these fields would be refused: The call is not valid tempo"),
            ({"users": '{"a": 1}'}, "Must be a list of ids"),
            ({"fields-0-type": "link"}, "A link goes to the place source_link"),
            ({"fields-0-place": "parameter"}, "Name the parameter"),
            ({"fields-0-parameter": "seed"}, "Name the parameter"),
            ({"fields-0-place": "parameter", "fields-0-parameter": "tempo"}, "A payload of these fields would be refused"),
            ({"fields-0-place": "negative"}, "imagine needs a prompt"),
            ({"fields-0-choices": '"a"'}, "Must be a list"),
        ],
    )
    def test_what_is_wrong_is_said(self, desk: Client, service: Service, changes: dict[str, str], said: str) -> None:
        before = PayloadField.objects.count()
        reply = desk.post(page(Method, "add"), METHOD | {"service": service.pk} | changes)
        if not said:
            assert reply.status_code == 302
            return
        assert said in problems(reply)
        assert (Method.objects.filter(name="draw").count(), PayloadField.objects.count()) == (0, before)

    def test_two_who_save_at_once_give_two_versions(self, service: Service) -> None:
        first, second = Service.objects.get(), Service.objects.get()
        hosting.save_service(service=first)
        hosting.save_service(service=second)
        assert Service.objects.get().version == first.version + 2


class TestCalls:
    @pytest.mark.clause("M-3.4")
    def test_attempts_and_replies_are_shown_and_it_can_be_sent_again(self, desk: Client, viewer: Client, receiver: Receiver) -> None:
        call = services.make_ended_call(services.make_service(callback_url=receiver.url()))
        receiver.script(500, 204)
        delivering.run_due()
        text = desk.get(page(Call, "change", call.pk)).content.decode()
        assert "waiting, next at" in text
        assert "ms: 500" in text
        action = {"action": "send_again", "_selected_action": [str(call.pk)]}
        next_at = Delivery.objects.get().next_at
        viewer.post(page(Call, "changelist"), action)
        assert Delivery.objects.get().next_at == next_at
        desk.post(page(Call, "changelist"), action)
        assert delivering.run_due() == 1
        text = desk.get(page(Call, "change", call.pk)).content.decode()
        assert "204 (counts, although 201 was expected)" in text
        assert (Delivery.objects.get().state, len(receiver.sent)) == ("delivered", 2)
        assert page(Task, "change", call.task_id) in text
        assert AuditEntry.objects.filter(action="delivery.redeliver", object_id=str(Delivery.objects.get().pk)).count() == 1
        Delivery.objects.update(attempts=keeping.ATTEMPTS_MAX)
        said = desk.post(page(Call, "changelist"), action, follow=True).content.decode()
        assert (SentTooOften().message in said, "0 callbacks are sent again." in said) == (True, True)
        assert delivering.run_due() == 0

    def test_a_longer_list_costs_no_more_queries(self, desk: Client, service: Service, django_assert_num_queries: Any) -> None:
        services.make_ended_call(service)
        desk.get(page(Call, "changelist"))
        with django_assert_num_queries(5):
            desk.get(page(Call, "changelist"))
        for number in range(5):
            services.make_ended_call(service, user_id=f"user-{number}")
        with django_assert_num_queries(5):
            desk.get(page(Call, "changelist"))


class TestStatistics:
    def test_sums_by_day_method_and_user(self, desk: Client, service: Service) -> None:
        for user_id in ("user-1", "user-1", "<b>user-2</b>"):
            services.make_ended_call(service, user_id=user_id)
        reply = desk.get(page(DayCount, "changelist"))
        text = reply.content.decode()
        assert [(row["name"], row["succeeded"], row["failed"]) for row in reply.context["by_method"]] == [("chat", 0, 3)]
        assert [(row["name"], row["failed"]) for row in reply.context["by_user"]] == [("user-1", 2), ("<b>user-2</b>", 1)]
        assert (text.count('<rect class="bad"'), text.count('height="100.0"')) == (30, 1)
        assert ("&lt;b&gt;user-2" in text, "<b>user-2" in text) == (True, False)

    def test_nothing_has_ended(self, desk: Client) -> None:
        assert "Nothing has ended yet." in desk.get(page(DayCount, "changelist")).content.decode()
