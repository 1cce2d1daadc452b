"""The commands that README, Dockerfile and compose.yaml promise, run in a fresh copy of the project.

No container engine is needed: what a build would run (``RUN``) and start (``CMD``) is read from the Dockerfile and run here, in a folder
that holds only what a clone holds, in a virtual environment that ``make setup`` made there.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[1]
OURS = re.compile(r"^(\w+=\S+ )*(python|pip) ")
"""Steps of a build that touch only the project's folder and environment; the others make users and folders of the image."""
START_SECONDS, STOP_SECONDS = 60, 40


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """What the Dockerfile says."""

    run: tuple[str, ...]
    command: list[str]
    health: list[str]
    user: str


def read_dockerfile() -> Dockerfile:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    instructions = [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]
    values = dict(instructions)
    runs = tuple(value for name, value in instructions if name == "RUN")
    health = values["HEALTHCHECK"].partition("CMD ")[2]
    return Dockerfile(run=runs, command=json.loads(values["CMD"]), health=json.loads(health), user=values["USER"])


def read_compose() -> dict[str, Any]:
    content = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert isinstance(content, dict)
    return content


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose["services"].items() if service.get("image") == "tollgate"}


def accept(command: Sequence[str]) -> None:
    """Parse ``python manage.py NAME …`` as Django would; a wrong name or option raises."""
    assert list(command[:2]) == ["python", "manage.py"]
    name = command[2]
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    parser.parse_args(list(command[3:]))


def test_the_commands_of_compose_and_dockerfile_exist() -> None:
    accept(read_dockerfile().command)
    services = ours(read_compose())
    assert set(services) == {"migrate", "web", "worker", "scheduler"}
    for service in services.values():
        accept(service["command"])


@pytest.mark.clause("M-8.1")
def test_compose_runs_the_whole() -> None:
    """One image for every role, by its command, beside a database, a broker and a store for files."""
    compose = read_compose()
    assert {service["image"] for service in ours(compose).values()} == {"tollgate"}
    roles = {name: service["command"][-1] for name, service in ours(compose).items() if name != "migrate"}
    assert roles == {"web": "web", "worker": "worker", "scheduler": "scheduler"}
    beside = {name: service["image"].split(":")[0] for name, service in compose["services"].items() if name not in ours(compose)}
    assert beside == {"postgres": "postgres", "redis": "redis", "store": "minio/minio", "bucket": "minio/mc"}
    environment = ours(compose)["worker"]["environment"]
    assert (environment["DATABASE_URL"][:12], environment["BROKER_URL"], environment["S3_BUCKET"]) == (
        "postgres://t", "redis://redis:6379/0", "${S3_BUCKET:-tollgate}",
    )  # fmt: skip
    for name in ("web", "worker", "scheduler"):
        waits = ours(compose)[name]["depends_on"]
        assert set(waits) == {"migrate", "redis", "bucket"}
        assert {each["condition"] for each in waits.values()} <= {"service_completed_successfully", "service_healthy"}


@pytest.mark.clause("M-8.1")
def test_compose_and_image_say_how_they_are() -> None:
    assert "/health/live" in read_dockerfile().health[-1]
    services = read_compose()["services"]
    assert {name for name in services if "test" in services[name].get("healthcheck", {})} == {"postgres", "redis", "store"}


def test_compose_has_no_secret_by_default() -> None:
    compose = read_compose()
    environment = ours(compose)["web"]["environment"] | compose["services"]["postgres"]["environment"]
    environment |= compose["services"]["store"]["environment"] | compose["services"]["bucket"]["environment"]
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_URL"):
        assert ":?" in environment[name], name
    for name, value in environment.items():
        if re.search("SECRET|PASSWORD|TOKEN|KEY", name):
            assert re.fullmatch(r"\$\{\w+(:\?.+|:-)\}", value), name


def test_compose_keeps_the_queue_over_a_restart() -> None:
    redis = read_compose()["services"]["redis"]
    assert redis["command"] == ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
    assert redis["volumes"] == ["redis:/data"]


@pytest.mark.clause("M-8.1")
def test_the_image_runs_without_privileges() -> None:
    assert read_dockerfile().user == "tollgate"


def copy_of_the_project(target: Path) -> Path:
    """Copy what a clone of the working tree would hold: tracked files, and new ones that are not ignored."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(git, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clean_environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of someone who just cloned: no settings of this test run, the copy's Python first."""
    kept = {name: os.environ[name] for name in os.environ if name in {"HOME", "LANG", "TMPDIR"} or name.startswith(("PIP_", "SSL_"))}
    return kept | {"PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"} | more


@contextmanager
def started(command: Sequence[str], *, folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server for the length of the block, then ask it and all it started to end."""
    process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def await_health(process: subprocess.Popen[bytes], health: Sequence[str], *, folder: Path, environment: dict[str, str]) -> None:
    """Run the image's health check until it succeeds."""
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(health, cwd=folder, env=environment, capture_output=True, check=False).returncode:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        assert time.monotonic() < deadline, f"the server was not healthy after {START_SECONDS} seconds"
        time.sleep(0.5)


@pytest.mark.slow
def test_a_fresh_copy_installs_builds_and_starts(tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path)
    environment = clean_environment(folder, HOST="127.0.0.1", PORT=str(free_port()), DATA_DIR=str(folder / "data"))
    subprocess.run(["make", "setup"], cwd=folder, env=environment, check=True)
    dockerfile = read_dockerfile()
    steps = [step for step in dockerfile.run if OURS.match(step)]
    assert [shlex.split(step)[-1] for step in steps if "pip install" in step] == ["requirements.txt"]
    for step in steps:
        # The image's own folder for throw-away data must not be shared with another run of this test.
        subprocess.run(["bash", "-ec", step.replace("/tmp/build", str(folder / "build"))], cwd=folder, env=environment, check=True)
    assert list((folder / "staticfiles").iterdir()) != []
    for command in (["make", "run"], dockerfile.command):
        with started(command, folder=folder, environment=environment | {"DEMO": "1"}) as process:
            await_health(process, dockerfile.health, folder=folder, environment=environment)
            assert process.poll() is None
