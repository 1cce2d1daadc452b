"""The settings of access and of browsers' origins: what they may look like."""

from typing import Any

import pytest
from django.conf import settings
from pydantic import ValidationError

from accounts.checks import check_plan_apis
from config.environment import Environment


@pytest.mark.clause("P-5.4")
def test_the_product_comes_with_five_twenty_and_a_hundred() -> None:
    fields = Environment.model_fields
    assert fields["plan_simultaneous_tasks"].default == "free=5,basic=20,premium=100"
    assert fields["plan_apis"].default == "free=*,basic=*,premium=*"
    assert fields["access_model"].default == "two-role"
    assert set(settings.PLAN_APIS) == set(settings.PLAN_SIMULTANEOUS_TASKS) == {"free", "basic", "premium"}


@pytest.mark.clause("P-5.1")
def test_a_plan_that_names_no_api_is_found_before_anything_starts(settings: Any) -> None:
    assert check_plan_apis(None) == []
    settings.PLAN_APIS = {"free": ("extract", "extrat"), "basic": ("*",), "premium": ()}
    assert [(problem.id, problem.msg) for problem in check_plan_apis(None)] == [
        ("accounts.E001", "PLAN_APIS names extrat, which is no API.")
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", "https://app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com:8443, http://localhost:5173,http://[::1]:3000"),
        ("PLAN_SIMULTANEOUS_TASKS", "free=1"),
        ("PLAN_APIS", "free=,basic=extract+text2text,premium=*"),
        ("ACCESS_MODEL", "three-role"),
    ],
)
def test_what_fits(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv(name, value)
    assert getattr(Environment(), name.lower()) == value


@pytest.mark.clause("P-4.1")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com/"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "https://app.example.com https://b.example.com"),
        ("CORS_ORIGINS", "https://user@app.example.com"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "HTTPS://APP.example.com"),
        ("CORS_ORIGINS", "chrome-extension://abc"),
        ("PLAN_SIMULTANEOUS_TASKS", "free"),
        ("PLAN_SIMULTANEOUS_TASKS", "free=0"),
        ("PLAN_SIMULTANEOUS_TASKS", "free=many"),
        ("PLAN_SIMULTANEOUS_TASKS", "gold=5"),
        ("PLAN_APIS", "extract"),
        ("PLAN_APIS", "gold=*"),
        ("PLAN_APIS", "free=*+extract"),
        ("PLAN_APIS", "free=extract inspire"),
        ("ACCESS_MODEL", "four-role"),
    ],
)
def test_what_is_none_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Environment()
