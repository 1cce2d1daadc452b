"""What keeps import-linter's contracts complete: a package or an app that they do not name would be free to import anything."""

import tomllib

from tests.architecture.source import ROOT, root_packages

PACKAGES_THAT_ARE_NO_FLOOR = {"tests", "benchmarks"}


def contracts() -> dict[str, dict[str, list[str]]]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in configuration["tool"]["importlinter"]["contracts"]}


def packages_on_disk() -> set[str]:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py") if not path.parent.name.startswith(".")}
    return found - PACKAGES_THAT_ARE_NO_FLOOR


def test_import_linter_watches_every_package() -> None:
    assert set(root_packages()) == packages_on_disk()


def test_every_package_stands_on_a_floor() -> None:
    floors = {name.strip(" ()") for layer in contracts()["floors"]["layers"] for name in layer.split("|")}
    assert packages_on_disk() - floors == set()


def test_every_app_has_its_rooms_checked() -> None:
    containers = {container for contract in contracts().values() for container in contract.get("containers", [])}
    assert packages_on_disk() - containers == set()
