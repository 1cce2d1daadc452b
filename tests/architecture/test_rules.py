"""The rules of the house: each is seen to find its mistake, to let the right thing be, and to find nothing in the project."""

import pytest

from tests.architecture import rules
from tests.architecture.source import Source, all_sources, product_sources, source

SERVICE, ELSEWHERE = "billing/services.py", "billing/api/gateway.py"


@pytest.mark.parametrize(
    "rule",
    [
        rules.writes_outside_services,
        rules.enqueues_past_the_queue,
        rules.listens_to_signals,
        rules.positional_services,
        rules.nameless,
        rules.imports_tests,
    ],
)
def test_product_keeps_the_rule(rule: rules.Rule) -> None:
    assert rules.breaches(rule, product_sources()) == []


@pytest.mark.parametrize("rule", [rules.outgrown, rules.undocumented, rules.unexplained_excuses])
def test_everything_keeps_the_rule(rule: rules.Rule) -> None:
    files = [file for file in all_sources() if not file.within("migrations/")]
    assert rules.breaches(rule, files) == []


def test_exceptions_to_sizes_are_still_needed() -> None:
    paths = {file.path for file in all_sources()}
    assert [place for place in rules.LARGE if place.split(":")[0] not in paths] == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.enqueues_past_the_queue, "run.delay(1)\n"),
        (rules.enqueues_past_the_queue, "run.apply_async((1,))\n"),
        (rules.enqueues_past_the_queue, "app.send_task('x')\n"),
        (rules.enqueues_past_the_queue, "transaction.on_commit(print)\n"),
        (rules.listens_to_signals, "from django.dispatch import receiver\n"),
        (rules.listens_to_signals, "from django.db.models.signals import post_save\npost_save.connect(print)\n"),
        (rules.listens_to_signals, "from django.db.models import signals\nsignals.post_save.connect(print)\n"),
        (rules.undocumented, "x = 1\n"),
        (rules.unexplained_excuses, "import a  # noqa\n"),
        (rules.unexplained_excuses, "# It registers the checks.\nimport a  # noqa\n"),
        (rules.unexplained_excuses, "import a  # noqa: F401\n"),
        (rules.unexplained_excuses, "x = a()  # type: ignore\n"),
        (rules.unexplained_excuses, "x = a()  # type: ignore[arg-type]\n"),
        (rules.unexplained_excuses, "x = a()  # type: ignore[arg-type]  # wrong\n"),
        (rules.imports_tests, "from tests.factories import account\n"),
        (rules.imports_tests, "import tests.factories\n"),
    ],
)
def test_rule_finds_its_mistake(rule: rules.Rule, text: str) -> None:
    assert len(rule(source(text, path=ELSEWHERE))) == 1


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (rules.enqueues_past_the_queue, "queue.enqueue(job='x')\n"),
        (
            rules.listens_to_signals,
            "from django.core.signals import got_request_exception\ngot_request_exception.send(None)\nsocket.connect(a)\n",
        ),
        (rules.undocumented, '"""What it is."""\n\ndef f():\n    pass\n'),
        (rules.undocumented, ""),
        (rules.unexplained_excuses, "# It registers the checks.\nimport a  # noqa: F401\n"),
        (rules.unexplained_excuses, "import a  # noqa: F401 - registers the checks\n"),
        (rules.unexplained_excuses, "x = a()  # type: ignore[arg-type]  # the stubs lack bytes\n"),
        (rules.imports_tests, "from contests import a\n"),
    ],
)
def test_rule_lets_the_right_thing_be(rule: rules.Rule, text: str) -> None:
    assert rule(source(text, path=ELSEWHERE)) == []


WRITES = [
    "Grant.objects.create(amount=1)",
    "Grant.objects.filter(id=1).update(amount=1)",
    "Grant.objects.all().delete()",
    "Grant.objects.bulk_create([a])",
    "account.grants.get_or_create(a=1)",
    "grants.select_for_update()",
    "grants.update(amount=1)",
    "grant.save()",
    "grant.save(update_fields=['amount'])",
    "grant.delete()",
    "with transaction.atomic():\n    pass",
    "from django.db.transaction import atomic",
]


@pytest.mark.parametrize("text", WRITES)
def test_writes_are_found_outside_services(text: str) -> None:
    assert len(rules.writes_outside_services(source(text, path=ELSEWHERE))) == 1


@pytest.mark.parametrize("path", [SERVICE, "tasks/services/claim.py", "common/queue/outbox.py", "common/limits.py"])
@pytest.mark.parametrize("text", WRITES)
def test_writes_are_allowed_in_services(text: str, path: str) -> None:
    assert rules.writes_outside_services(source(text, path=path)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Grant.objects.filter(id=1).first()",
        "picture.save(buffer, format='PNG')",
        "storage.save('name', content)",
        "storage.delete('name')",
        "hash.update(b'x')",
        "values.update({'a': 1})",
        "client.customers.create({'email': 'a'})",
    ],
)
def test_reads_and_other_libraries_are_no_writes(text: str) -> None:
    assert rules.writes_outside_services(source(text, path=ELSEWHERE)) == []


def test_every_function_of_services_and_selectors_is_documented() -> None:
    text = '"""What it is."""\n\ndef f():\n    pass\n\ndef _g():\n    pass\n'
    assert rules.undocumented(source(text, path=SERVICE)) == ["billing/services.py:3 f has no docstring"]
    assert rules.undocumented(source(text, path="tests/services/test_s3.py")) == []
    assert rules.undocumented(source(text, path="tasks/selectors/lists.py")) == ["tasks/selectors/lists.py:3 f has no docstring"]


def test_services_take_at_most_the_thing_they_act_on_by_position() -> None:
    text = "def f(a, b, *, c):\n    pass\n\ndef g(a, *, b):\n    pass\n\ndef h(*, a):\n    pass\n\ndef _i(a, b):\n    pass\n"
    assert rules.positional_services(source(text, path=SERVICE)) == ["billing/services.py:1 f takes several positional arguments"]
    assert rules.positional_services(source(text, path=ELSEWHERE)) == []


def lines(count: int) -> str:
    return "x = 1\n" * count


def function(count: int) -> str:
    return "def f():\n" + "    x = 1\n" * (count - 1)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        (source(lines(400), path=ELSEWHERE), 0),
        (source(lines(401), path=ELSEWHERE), 1),
        (source(lines(600), path="tests/unit/test_a.py"), 0),
        (source(lines(601), path="tests/unit/test_a.py"), 1),
        (source(function(60), path=ELSEWHERE), 0),
        (source(function(61), path=ELSEWHERE), 1),
    ],
)
def test_sizes_on_both_sides_of_the_limits(file: Source, found: int) -> None:
    assert len(rules.outgrown(file)) == found


@pytest.mark.parametrize("path", ["billing/utils.py", "billing/helpers/money.py", "common/base.py"])
def test_nameless_modules_are_found(path: str) -> None:
    assert len(rules.nameless(source("", path=path))) == 1
