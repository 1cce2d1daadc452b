"""The demo's data: what scripts go by is there, the same at every start."""

import pytest

from accounts.identity import Caller
from accounts.models import Account, App, EnabledApp
from accounts.services import access
from billing.models import Wallet
from config.demo import make_demo


@pytest.mark.clause("P-5.1")
def test_each_user_has_an_app_that_is_enabled(db: None) -> None:
    facts = make_demo()
    assert make_demo() == facts
    assert (facts["user"]["app_id"], facts["second_user"]["app_id"]) == ("studio", "reader")
    assert {app.slug: app.apis for app in App.objects.all()} == {
        "studio": ["imagine", "transform"],
        "reader": ["extract", "inspire", "text2text"],
    }
    assert sorted(EnabledApp.objects.values_list("account__user__email", "app__slug")) == [
        ("second@demo.example", "reader"),
        ("user@demo.example", "studio"),
    ]
    assert {wallet.open_holds_max for wallet in Wallet.objects.all()} == {1_000_000}


@pytest.mark.clause("P-5.2")
def test_its_apps_let_calls_through_in_the_three_role_model(db: None, settings: pytest.MonkeyPatch) -> None:
    make_demo()
    settings.ACCESS_MODEL = "three-role"  # type: ignore[attr-defined]  # pytest-django's fixture takes any setting
    account = Account.objects.get(user__email="user@demo.example")
    access.check_access(caller=Caller(account_id=account.pk, user_id=account.user_id, app_id="studio"), api="imagine")
