"""What staff set of access and limits: apps, quotas, overrides, the number of simultaneous tasks."""

import pytest
from django.test import Client

from accounts.models import App
from billing.errors import QuotaUsedUp
from billing.models import Quota, QuotaOverride, Wallet
from billing.services import quotas
from tests.unit.admin.conftest import Person, page


@pytest.mark.clause("P-5.1")
def test_an_app_needs_apis_that_there_are(desk: Client) -> None:
    form = {"slug": "studio", "title": "Studio", "description": "Draws.", "is_on": "on"}
    assert "is not one of the available choices" in desk.post(page(App, "add"), form | {"apis": ["imagine", "x"]}).content.decode()
    assert App.objects.count() == 0
    assert desk.post(page(App, "add"), form | {"apis": ["imagine", "transform"]}).status_code == 302
    app = App.objects.get()
    assert (app.slug, app.apis, app.is_on) == ("studio", ["imagine", "transform"], True)
    desk.post(page(App, "change", app.pk), {"slug": "other", "title": "New", "description": "", "apis": ["imagine"]})
    app.refresh_from_db()
    assert (app.slug, app.title, app.apis, app.is_on) == ("studio", "New", ["imagine"], False)


@pytest.mark.clause("P-5.4")
def test_a_quota_and_an_override_hold_at_once(desk: Client, person: Person) -> None:
    quotas.take(caller=person.caller, api="imagine")
    assert (
        "Must be one of *, chat,"
        in desk.post(page(Quota, "add"), {"plan": "free", "api": "x", "period": "month", "limit": "1"}).content.decode()
    )
    assert desk.post(page(Quota, "add"), {"plan": "free", "api": "imagine", "period": "month", "limit": "0"}).status_code == 302
    with pytest.raises(QuotaUsedUp):
        quotas.take(caller=person.caller, api="imagine")
    override = {"account": str(person.account.pk), "api": "imagine", "period": "month", "limit": ""}
    assert desk.post(page(QuotaOverride, "add"), override).status_code == 302
    quotas.take(caller=person.caller, api="imagine")
    assert desk.post(page(QuotaOverride, "delete", QuotaOverride.objects.get().pk), {"post": "yes"}).status_code == 302
    with pytest.raises(QuotaUsedUp):
        quotas.take(caller=person.caller, api="imagine")
    assert (Quota.objects.count(), QuotaOverride.objects.count()) == (1, 0)


@pytest.mark.clause("P-5.4")
def test_of_a_wallet_nothing_but_the_number_of_tasks_is_set(desk: Client, viewer: Client, person: Person) -> None:
    before = Wallet.objects.values().get()
    forged = {"open_holds_max": "7", "available": "1000000", "reserved": "5", "open_holds": "3"}
    assert viewer.post(page(Wallet, "change", person.account.pk), forged).status_code == 403
    assert desk.post(page(Wallet, "change", person.account.pk), forged).status_code == 302
    assert Wallet.objects.values().get() == before | {"open_holds_max": 7}
    assert desk.post(page(Wallet, "change", person.account.pk), {"open_holds_max": ""}).status_code == 302
    assert Wallet.objects.values().get() == before
