"""Makes marketplace services with methods of the features that everybody has."""

from typing import Any

from aitasks.services import ending
from common import errors, ids
from marketplace import selectors
from marketplace.models import Call, Method, PayloadField, Service
from marketplace.services import calling, hosting
from marketplace.states import Role
from tasks.services import running

TOKEN = "a-marketplace-token-for-tests"


def make_service(**facts: Any) -> Service:
    """Return a new service whose token is :data:`TOKEN`, with the methods ``music_gen``, ``chat`` and ``image_description``."""
    defaults = {"slug": "audiocraft", "name": "AudioCraft", "code": "AC", "api_version": "1.0.1", "is_default": True}
    # A test that was rolled back leaves its numbers to the next one.
    selectors.read_hosted.cache_clear()
    token = facts.pop("token", TOKEN)
    service, _ = hosting.create_service(facts=defaults | facts, token=token)
    music = make_method(service, "music_gen", feature="imagine", target="sound", data_type="S3_OBJECT")
    add_field(music, "prompt")
    add_field(music, "duration", type="whole", place="parameter", parameter="seconds", is_required=False, minimum=1, maximum=5)
    chat = make_method(service, "chat", feature="text2text", extra_type="chat_app")
    add_field(chat, "message", maximum=200, is_allowance=False)
    describe = make_method(service, "image_description", feature="extract", fixed={"prompts": {"prompt": "colours and size"}})
    add_field(describe, "image_url", type="link", place="source_link")
    return service


def make_method(service: Service, name: str, **facts: Any) -> Method:
    """Return a new method of a service."""
    return hosting.create_method(service=service, name=name, facts={"target": "text", "data_type": "META_DATA"} | facts, fields=())


def add_field(method: Method, name: str, **facts: Any) -> PayloadField:
    """Return a new field of a method's payload: a text that becomes the prompt, unless ``facts`` say otherwise."""
    field = PayloadField.objects.create(method=method, name=name, **facts)
    hosting.announce_change(service=method.service)
    return field


def change(rows: Any, **facts: Any) -> None:
    """Change rows of services, methods or fields, and have them read again."""
    rows.update(**facts)
    for service in Service.objects.all():
        hosting.announce_change(service=service)


def make_call(service: Service, **facts: Any) -> Call:
    """Return a new call of the method ``chat``, as the contract takes it."""
    payload = facts.pop("payload", {"message": "What is 2 + 3?"})
    usual = {"user_id": "user-1", "role": Role.USER, "request_id": str(ids.new_id())}
    task_id = calling.take_call(
        hosted=selectors.get_hosted(slug=service.slug),
        method=service.methods.get(name="chat"),
        requester=calling.Requester(**usual | facts),
        payload=payload,
        trace_id=ids.new_id(),
    )
    return Call.objects.select_related("task").get(task_id=task_id)


def make_ended_call(service: Service, **facts: Any) -> Call:
    """Return a new call whose task has failed."""
    call = make_call(service, **facts)
    attempt = running.claim(task_id=call.task_id)
    assert attempt is not None
    running.fail(attempt=attempt, error=errors.ProviderFailed("The model broke."), closing=ending.close)
    return Call.objects.select_related("task").get(pk=call.pk)
