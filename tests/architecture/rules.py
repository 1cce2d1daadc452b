"""What imports cannot show, as rules over syntax trees. Each returns one sentence for each breach, with path and line.

Imports inside functions are ruff's PLC0415; :func:`unexplained_excuses` asks for the reason of each exception to it.

A rule is pragmatic: it looks for the shapes in which the mistake is made. ``test_rules.py`` holds every rule against a bad snippet, so that
a rule which finds nothing has been seen to find something.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from tests.architecture.source import Source

Function = ast.FunctionDef | ast.AsyncFunctionDef
Rule = Callable[[Source], list[str]]

WRITERS = {
    "accounts/managers.py": "Django's createsuperuser makes its user through the model's manager",
    "common/queue/": "the outbox and the embedded broker are writes by nature, called by services inside their transactions",
    "common/mail/": "the outbox of letters, called by services inside their transactions and by its own job",
    "common/limits.py": "counts a request before any service runs, in one statement",
}
"""Places besides services that may write, each with the reason."""

AFTER_COMMIT = {
    "common/queue/": "it is the queue",
    "common/wake.py": "wakes readers of a stream, who would look by themselves a moment later; nothing is lost with it",
}
"""Places that may act after a commit or send jobs by themselves, each with the reason."""

WRITING_METHODS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "select_for_update"}
WRITING_ON_MANAGERS = {"create", "update", "delete", "acreate", "aupdate", "adelete"}
SAVE_KEYWORDS = {"update_fields", "force_insert", "force_update", "using"}
ENQUEUEING = {"delay", "apply_async", "send_task", "on_commit"}
NAMELESS = {"base", "helper", "helpers", "misc", "util", "utils"}
EXCUSE = re.compile(r"(?:type: ignore\[[\w, -]+\]|noqa: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*)(?P<reason>.*)")

LINES_PER_FILE, LINES_PER_TEST_FILE, LINES_PER_FUNCTION = 400, 600, 60
LARGE: dict[str, str] = {}
"""What may be larger than the limits, each with the reason: ``path`` for a file, ``path:name`` for a function."""


def functions(tree: ast.Module) -> Iterator[Function]:
    """Yield every function and method, nested ones too."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def method_calls(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.Attribute]]:
    """Yield every call of the form ``something.name(…)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func


def writes_outside_services(file: Source) -> list[str]:
    """Find writes to the database and transactions in files that are not services."""
    if _is_service(file) or file.within(*WRITERS):
        return []
    writes = [call for call, method in method_calls(file.tree) if _writes(call, method)]
    transactions = [node for node in ast.walk(file.tree) if _is_atomic(node)]
    lines = sorted(_line(node) for node in [*writes, *transactions])
    return [f"{file.path}:{line} writes or opens a transaction outside services" for line in lines]


def enqueues_past_the_queue(file: Source) -> list[str]:
    """Find jobs that are sent in another way than through ``common.queue``."""
    if file.within(*AFTER_COMMIT):
        return []
    calls = [call for call, method in method_calls(file.tree) if method.attr in ENQUEUEING]
    return [f"{file.path}:{call.lineno} enqueues by itself; use common.queue, which waits for the commit" for call in calls]


def listens_to_signals(file: Source) -> list[str]:
    """Find receivers of Django's signals: what happens after a write stands in the service that writes."""
    found: list[ast.stmt | ast.expr] = []
    signals: set[str] = set()
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and re.fullmatch(r"django\..*signals", node.module or ""):
            signals.update(alias.asname or alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module == "django.dispatch":
            found.append(node)
    for call, method in method_calls(file.tree):
        target = method.value
        named = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
        through_module = isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "signals"
        if method.attr == "connect" and (named in signals or through_module):
            found.append(call)
    return [f"{file.path}:{node.lineno} listens to a signal; call a service instead" for node in sorted(found, key=_line)]


def outgrown(file: Source) -> list[str]:
    """Find files and functions larger than the limits of the house."""
    test = file.path.startswith("tests/")
    limit, lines = LINES_PER_TEST_FILE if test else LINES_PER_FILE, len(file.text.splitlines())
    found = [f"{file.path} has {lines} lines, {limit} are allowed"] if lines > limit and file.path not in LARGE else []
    for function in functions(file.tree):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > LINES_PER_FUNCTION and f"{file.path}:{function.name}" not in LARGE:
            found.append(f"{file.path}:{function.lineno} {function.name} has {lines} lines, {LINES_PER_FUNCTION} are allowed")
    return found


def undocumented(file: Source) -> list[str]:
    """Find modules without a docstring, and public functions of services and selectors without one."""
    found = [f"{file.path} has no docstring"] if file.tree.body and not ast.get_docstring(file.tree) else []
    if not (_is_service(file) or _is_room(file, "selectors")):
        return found
    public = [node for node in file.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")]
    return found + [f"{file.path}:{node.lineno} {node.name} has no docstring" for node in public if not ast.get_docstring(node)]


def positional_services(file: Source) -> list[str]:
    """Find public functions of services that take more by position than the thing they act on: callers name every fact."""
    if not _is_service(file):
        return []
    public = [node for node in file.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")]
    many = [node for node in public if len([*node.args.args, *node.args.posonlyargs]) > 1]
    return [f"{file.path}:{node.lineno} {node.name} takes several positional arguments" for node in many]


def unexplained_excuses(file: Source) -> list[str]:
    """Find ``noqa`` and ``type: ignore`` comments without a code, or without a reason of some words behind it or in a comment above."""
    found = []
    for line, comment in file.comments():
        if not re.search(r"#\s*(type: ignore|noqa)\b", comment):
            continue
        match = EXCUSE.search(comment)
        above = "\n" in file.remark(line)
        if match is None or not (above or len(re.findall(r"\w+", match["reason"])) > 1):
            found.append(f"{file.path}:{line} excuses itself without a code and a reason")
    return found


def nameless(file: Source) -> list[str]:
    """Find modules whose name says nothing of what is in them."""
    parts = file.path.removesuffix(".py").split("/")
    return [f"{file.path} is called {part}: name what is in it" for part in parts if part in NAMELESS]


def imports_tests(file: Source) -> list[str]:
    """Find product code that imports tests; only the generator of documents may, which runs where the tests are."""
    if file.within("config/management/commands/generate_docs.py", "config/generated/"):
        return []
    found = []
    for node in ast.walk(file.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        found += [f"{file.path}:{line} imports {name}" for name in names if name.split(".")[0] == "tests" for line in [_line(node)]]
    return found


def breaches(rule: Rule, files: Iterable[Source]) -> list[str]:
    """Return what ``rule`` finds in all of ``files``."""
    return [breach for file in files for breach in rule(file)]


def _is_room(file: Source, room: str) -> bool:
    return not file.path.startswith("tests/") and (file.path.endswith(f"/{room}.py") or file.within(f"{room}/"))


def _is_service(file: Source) -> bool:
    return _is_room(file, "services")


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _writes(call: ast.Call, method: ast.Attribute) -> bool:
    keywords = {keyword.arg for keyword in call.keywords}
    bare = not call.args and not keywords
    if method.attr in WRITING_METHODS:
        return True
    if method.attr in WRITING_ON_MANAGERS and _on_manager(method.value):
        return True
    if method.attr in {"save", "asave"}:  # With positional arguments it is Pillow's or a storage's.
        return not call.args and keywords <= SAVE_KEYWORDS
    if method.attr in {"delete", "adelete"}:  # With arguments it is a client's or a storage's.
        return bare
    # A queryset that was made elsewhere; dictionaries and hashes are updated by position.
    return method.attr in {"update", "aupdate"} and not call.args and bool(keywords)


def _on_manager(value: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"} for node in ast.walk(value)
    )


def _is_atomic(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "django.db.transaction" and any(alias.name == "atomic" for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr == "atomic" and isinstance(node.value, ast.Name) and node.value.id == "transaction"
