"""Publishers and their objects in the admin: keys are shown once, objects go with their bytes (M-9.1)."""

import re
from pathlib import Path

import pytest
from django.test import Client

from accounts.tokens import hash_secret
from common.storage import get_storage
from marketplace import selectors
from marketplace.models import Publisher, Resource
from marketplace.services import resources
from tests.unit.admin.conftest import page

pytestmark = pytest.mark.clause("M-9.1")
KEY = re.compile(r"<code>(pk_[\w-]{43})</code>")
FACTS = {"name": "Neighbour", "storage": "local", "is_on": "on"}


def test_a_key_is_shown_once(desk: Client) -> None:
    reply = desk.post(page(Publisher, "add"), FACTS, follow=True)
    (key,) = KEY.findall(reply.content.decode())
    row = Publisher.objects.get()
    assert (row.name, row.storage, row.is_on, row.key_hash) == ("Neighbour", "local", True, hash_secret(key))
    assert selectors.get_publisher(key) == row
    for path in (page(Publisher, "changelist"), page(Publisher, "change", row.pk)):
        text = desk.get(path).content.decode()
        assert key not in text
        assert row.key_hash not in text


def test_a_change_keeps_the_key_and_another_key_voids_it(desk: Client) -> None:
    row, key = resources.create_publisher(name="Neighbour")
    desk.post(page(Publisher, "change", row.pk), {"name": "Friend", "storage": ""})
    assert Publisher.objects.values_list("name", "storage", "is_on").get() == ("Friend", "", False)
    assert Publisher.objects.get().key_hash == hash_secret(key)
    reply = desk.post(page(Publisher, "changelist"), {"action": "change_keys", "_selected_action": [row.pk]}, follow=True)
    (changed,) = KEY.findall(reply.content.decode())
    assert Publisher.objects.get().key_hash == hash_secret(changed) != hash_secret(key)


def test_deleting_an_object_takes_its_bytes(desk: Client, tmp_path: Path) -> None:
    publisher, _ = resources.create_publisher(name="Neighbour")
    key, _ = resources.begin_upload(publisher=publisher, name="song.wav")
    source = tmp_path / "song"
    source.write_bytes(b"sound")
    get_storage().put(key=key, source=source, content_type="audio/wav")
    row = Resource.objects.get()
    assert "song.wav</a>" in desk.get(page(Resource, "change", row.pk)).content.decode()
    desk.post(page(Resource, "changelist"), {"action": "delete_objects", "_selected_action": [row.pk]})
    assert (Resource.objects.count(), get_storage().exists(key=key)) == (0, False)


def test_an_object_whose_storage_is_away_stays(desk: Client) -> None:
    publisher, _ = resources.create_publisher(name="Neighbour")
    resources.begin_upload(publisher=publisher, name="song.wav")
    Resource.objects.update(storage="s3")
    row = Resource.objects.get()
    problem = "The storage s3 is not configured here"
    assert problem in desk.get(page(Resource, "change", row.pk)).content.decode()
    reply = desk.post(page(Resource, "changelist"), {"action": "delete_objects", "_selected_action": [row.pk]}, follow=True)
    assert problem in reply.content.decode()
    assert Resource.objects.count() == 1


def test_who_may_only_look_changes_no_keys(viewer: Client) -> None:
    row, key = resources.create_publisher(name="Neighbour")
    viewer.post(page(Publisher, "changelist"), {"action": "change_keys", "_selected_action": [row.pk]})
    assert viewer.post(page(Publisher, "add"), FACTS).status_code == 403
    assert Publisher.objects.get().key_hash == hash_secret(key)
